package command

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestExplore_Lists(t *testing.T) {
	s := newSession(t)
	status, out, errs := s.run(t, "explore")
	require.Zero(t, status, errs)
	require.Contains(t, out, "p2p/orders-both-dial")
}

func TestExploreAndDebug_Refuse(t *testing.T) {
	root := workshopRoot(t)
	s := newSession(t)
	for _, c := range []struct {
		want string
		args []string
	}{
		{`unknown scenario "gossip/none"`, []string{"explore", "gossip/none"}},
		{`unknown scenario "gossip/none"`, []string{"debug", "gossip/none/2"}},
		{"network/random-pieces counts on links that take time", []string{"explore", "network/random-pieces"}},
		{`--crashes: "-1" will not do`, []string{"explore", "gossip/orders-triangle", "--crashes", "-1"}},
		{`"x" is no number`, []string{"explore", "gossip/orders-triangle", "--schedule", "x"}},
	} {
		require.Contains(t, s.refused(t, append(c.args, "--root", root)...), c.want)
	}
}

// The same commands as a user's, on layers that are right.
func TestExploreAndDebug(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a child")
	}
	root := workshopRoot(t)
	s := newSession(t)
	status, out, errs := s.run(t, "explore", "mempool/orders-conflict", "--dir", root+"/solutions", "--root", root)
	require.Zero(t, status, errs)
	require.Contains(t, out, "explored all 264 orders of 5 arrivals and 2 actions at 3 nodes: 124 states")

	s.in = strings.NewReader("next 3\n\nrun end\nquit\n")
	status, out, errs = s.run(t, "debug", "mempool/orders-conflict", "--dir", root+"/solutions", "--root", root)
	require.Zero(t, status, errs)
	require.Contains(t, out, "3: 10.0.0.3:4000 boots")
	require.Contains(t, out, "the end: nothing more happens, and no rule is broken")

	s.in = strings.NewReader("run end\nchoose 0\nquit\n")
	status, out, errs = s.run(t, "debug", "mempool/orders-conflict", "--dir", root+"/solutions", "--root", root)
	require.Zero(t, status, errs)
	require.Contains(t, out, "there is nothing to choose")

	require.Contains(t, s.refused(t, "debug", "gossip/faults", "--crashes", "1", "--dir", root+"/solutions", "--root", root), "it schedules faults at fixed times")
}

// A simulated run with its faults: what is chosen in a session can be replayed.
func TestDebug_ASimulatedRun(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a child")
	}
	root := workshopRoot(t)
	s := newSession(t)
	s.in = strings.NewReader("run kind gossip:\nchoose 1\nagain\ninspect 10.0.0.1:\nback\nrun violation\nquit\n")
	status, out, errs := s.run(t, "debug", "gossip/cost/1", "--dir", root+"/solutions", "--root", root)
	require.Zero(t, status, errs)
	require.Contains(t, out, `strata replay gossip/cost/1 --picks "27:1" --dir `)
	require.Contains(t, out, "gossip ids seen: 1")
	require.Contains(t, out, "the end: nothing more happens, and no rule is broken")

	s.in = strings.NewReader("run end\n")
	status, out, errs = s.run(t, "debug", "gossip/faults/2", "--dir", root+"/solutions", "--root", root)
	require.Zero(t, status, errs)
	require.Contains(t, out, "no rule is broken")

	status, out, errs = s.run(t, "replay", "gossip/cost/1", "--picks", "27:1", "--dir", root+"/solutions", "--root", root)
	require.Zero(t, status, errs)
	require.Contains(t, out, "passed")
	require.Contains(t, s.refused(t, "replay", "gossip/cost/1", "--picks", "27", "--root", root), `"27" is not EVENT:NUMBER`)
	require.Contains(t, s.refused(t, "debug", "gossip/cost/1", "--picks", "x:1", "--root", root), `"x:1" is not EVENT:NUMBER`)
}

// Electives are looked into as the layers are: replayed in words, explored, debugged.
func TestLook_IntoElectives(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a child")
	}
	root := workshopRoot(t)
	for _, c := range []struct{ run, says, explored, states, shows string }{
		{"validators/decide/1", "val:state has decided ", "validators/orders-decide", "at 4 nodes: 20 states", "round 0, propose"},
		{"causal/one-document/1", "cau:heads has 1 head, ", "causal/orders-write", "at 3 nodes: 20 states", " heads, "},
	} {
		s := newSession(t)
		status, out, errs := s.run(t, "replay", c.run, "--dir", root+"/solutions", "--root", root)
		require.Zero(t, status, errs)
		require.Contains(t, out, c.says)
		status, out, errs = s.run(t, "explore", c.explored, "--states", "20", "--dir", root+"/solutions", "--root", root)
		require.Zero(t, status, errs)
		require.Contains(t, out, c.states)
		s.in = strings.NewReader("run end\ninspect 10.0.0.1:4000\nquit\n")
		status, out, errs = s.run(t, "debug", c.run, "--dir", root+"/solutions", "--root", root)
		require.Zero(t, status, errs)
		require.Contains(t, out, c.shows)
	}
}

// So is elective 9.
func TestLook_IntoTheLattice(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a child")
	}
	root := workshopRoot(t)
	s := newSession(t)
	status, out, errs := s.run(t, "replay", "lattice/pay/1", "--dir", root+"/solutions", "--root", root)
	require.Zero(t, status, errs)
	require.Contains(t, out, "lat:at stands at 7 blocks cemented")
	status, out, errs = s.run(t, "explore", "lattice/orders-fork", "--states", "20", "--dir", root+"/solutions", "--root", root)
	require.Zero(t, status, errs)
	require.Contains(t, out, "20 states")
	s.in = strings.NewReader("run end\ninspect 10.0.0.1:4000\nquit\n")
	status, out, errs = s.run(t, "debug", "lattice/pay/1", "--dir", root+"/solutions", "--root", root)
	require.Zero(t, status, errs)
	require.Contains(t, out, "cemented")
}
