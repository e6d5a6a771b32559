package guard_test

import (
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/network"
	"strata/node/guard"
)

func TestAFrameThatIsTooBigIsAnOffence_NET4(t *testing.T) {
	r := newRig(t, guard.Config{MaxFrame: 1000})
	s := r.stranger("203.0.113.1:1")
	for i := range 3 {
		s.dials(time.Duration(i)*time.Second, func(l *line) { l.stream.Write(network.Header(1001), nil) })
	}
	r.sim.Run(10 * time.Second)
	require.Len(t, r.closed, 2)
	require.ErrorIs(t, r.closed[0].reason, network.ErrFrameTooBig, "the layer closes, as it would without a guard")
	require.Len(t, r.guard.Bans(), 1, "twice 50 points")
	r.run(11 * time.Second)
}

func TestClosingInTheMidstOfAMessageBlamesItsSender(t *testing.T) {
	r := newRig(t, guard.Config{})
	r.onMessage = func(id network.ConnID, text string) {
		if text == "wrong" {
			r.net.Close(id)
		}
	}
	s, first, later := r.stranger("203.0.113.1:1"), r.stranger("203.0.113.2:1"), r.stranger("203.0.113.3:1")
	s.dials(0, func(l *line) { l.says("right", "wrong", "too late") })
	r.sim.Run(time.Second)
	require.Equal(t, []string{"right", "wrong"}, r.texts())
	require.Equal(t, uint64(1), r.guard.Totals().Offences[guard.Protocol])

	for _, s := range []*stranger{first, later} {
		r.sim.At(2*time.Second, self, func() { r.net.Dial(s.addr, func(network.ConnID, error) {}) })
	}
	r.sim.At(3*time.Second, first.addr, func() { first.lines[0].says("wrong") })
	r.sim.At(3*time.Second, later.addr, func() { later.lines[0].says("right", "wrong") })
	r.sim.Run(4 * time.Second)
	require.Equal(t, uint64(2), r.guard.Totals().Offences[guard.Protocol],
		"the first message on a connection that we dialled may be a polite rejection")
	r.run(5 * time.Second)
}

func TestPointsAreForgotten(t *testing.T) {
	r := newRig(t, guard.Config{})
	r.onMessage = func(network.ConnID, string) { r.guard.Penalise(guard.NoWork) }
	s := r.stranger("203.0.113.1:1")
	s.dials(0, func(l *line) {
		for i := range 4 {
			s.host.After(time.Duration(i)*301*time.Second, func() { l.says("a block") })
		}
	})
	points := func(at time.Duration, want int) {
		r.sim.At(at, self, func() { require.Equal(t, want, r.guard.Conns()[0].Penalty) })
	}
	points(1*time.Second, 50)
	points(61*time.Second, 40)
	points(300*time.Second, 1)
	points(302*time.Second, 50)
	r.sim.Run(20 * time.Minute)
	require.Equal(t, 1, s.alive(), "50 points are forgotten in 5 minutes")
	r.run(21 * time.Minute)
}

func TestBlameLaterStrikesWhoSentItAndNobodyElse(t *testing.T) {
	r := newRig(t, guard.Config{})
	var blame func(guard.Offence)
	r.onMessage = func(_ network.ConnID, text string) {
		if text == "transaction" {
			blame = r.guard.Blame()
		}
	}
	liar, honest := r.stranger("203.0.113.1:1"), r.stranger("203.0.113.2:1")
	liar.dials(0, func(l *line) { l.says("transaction") })
	honest.dials(time.Second, func(l *line) { l.says("hello") })
	r.sim.At(2*time.Second, self, func() {
		r.guard.Penalise(guard.Forged)
		require.Zero(t, r.guard.Totals().Offences[guard.Forged], "nobody's message is being handled")
		for range 4 {
			blame(guard.Forged)
		}
	})
	r.sim.Run(3 * time.Second)
	require.Zero(t, liar.alive())
	require.Equal(t, 1, honest.alive())
	require.Equal(t, "203.0.113.1", r.guard.Bans()[0].IP)
	r.run(4 * time.Second)

	var none *guard.Guard
	none.Penalise(guard.Forged)
	none.Blame()(guard.Forged)
	none.Name("nobody:1")
}

func TestAnExemptOffenderLosesItsConnectionAlone(t *testing.T) {
	r := newRig(t, guard.Config{Exempt: []netip.Prefix{netip.MustParsePrefix("203.0.113.0/24")}, MaxPerIP: 1})
	r.onMessage = func(_ network.ConnID, text string) {
		if text == "bad" {
			r.guard.Penalise(guard.NoWork)
		}
	}
	s := r.stranger("203.0.113.1:1")
	s.dials(0, func(l *line) { l.says("bad", "bad", "bad") })
	s.dials(0, func(l *line) { l.says("good") })
	s.dials(2*time.Second, func(l *line) { l.says("again") })
	r.sim.Run(3 * time.Second)
	require.True(t, s.lines[0].over)
	require.Equal(t, 2, s.alive())
	require.Empty(t, r.guard.Bans())
	r.run(4 * time.Second)
}

// TestAVerdictThatComesLateFindsItsConnection: by what the far end calls itself, since nothing of it is being
// handled any longer.
func TestAVerdictThatComesLateFindsItsConnection(t *testing.T) {
	r := newRig(t, guard.Config{})
	r.onMessage = func(_ network.ConnID, text string) { r.guard.Name(network.Addr(text)) }
	first, newest := r.stranger("203.0.113.1:1"), r.stranger("203.0.113.2:1")
	first.dials(0, func(l *line) { l.says("node.example:1") })
	newest.dials(time.Second, func(l *line) { l.says("node.example:1") })
	r.sim.At(2*time.Second, self, func() {
		r.guard.PenalisePeer("nobody.example:1", guard.BadSync)
		require.Zero(t, r.guard.Totals().Offences[guard.BadSync])
		for range 5 {
			r.guard.PenalisePeer("node.example:1", guard.BadSync)
		}
	})
	r.sim.Run(3 * time.Second)
	require.Equal(t, 1, first.alive())
	require.Zero(t, newest.alive(), "the newest of the name is the peer (P2P-6)")
	r.run(4 * time.Second)
}
