package command

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/ledgers"
	"strata/ledgers/causal"
	"strata/network"
	"strata/node/process/causalnode"
	"strata/node/process/keyfile"
	"strata/node/process/tcphost"
	"strata/solutions"
)

// pair is a ledger of two members, alice and bob, of whom one has 100 of it. A block comes each tenth of a second.
type pair struct {
	urls, keys [2]string
	nodes      [2]*causalnode.Running
}

func newPair(t *testing.T, document string, rich int) *pair {
	t.Helper()
	addrs, err := tcphost.LoopbackAddrs(2)
	require.NoError(t, err)
	p := &pair{}
	var configs [2]causalnode.Config
	g := causal.Genesis{Document: document}
	for i := range configs {
		key, err := keyfile.New()
		require.NoError(t, err)
		public := network.PublicKey(keyfile.Public(key))
		p.keys[i] = public.String()
		g.Members = append(g.Members, ledgers.Member{Key: public, Addr: addrs[i]})
		if i == rich {
			g.Accounts = []causal.Account{{Key: public, Balance: 100}}
		}
		configs[i] = causalnode.Config{Key: key, Addr: addrs[i], Dir: filepath.Join(t.TempDir(), "disk"), Interval: time.Second / 10}
	}
	for i := range configs {
		configs[i].Genesis = g
		r, err := causalnode.Run(solutions.Electives().Causal(), configs[i])
		require.NoError(t, err)
		l, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(context.Background())
		go func() { _ = r.Serve(ctx, l) }()
		t.Cleanup(func() {
			cancel()
			require.NoError(t, r.Stop())
		})
		p.nodes[i], p.urls[i] = r, "http://"+l.Addr().String()
	}
	return p
}

// has wants somebody's balance on the ledger.
func (p *pair) has(t *testing.T, who int, want uint64) {
	t.Helper()
	b, err := causalnode.Client{URL: p.urls[who]}.Balance(t.Context(), p.keys[who])
	require.NoError(t, err)
	require.Equal(t, want, b.Balance)
}

// offers are the arguments of alice's offer: she pays 60 of gold for 7 of silver.
func offers(gold, silver *pair, margin, begin string) []string {
	return []string{"swap", "offer", "--data", "alice", "--a", gold.urls[0], "--b", silver.urls[0], "--pay", "60", "--get", "7",
		"--peer-a", gold.keys[1], "--peer-b", silver.keys[1], "--fast", "50ms", "--slow", "300ms", "--margin", margin, "--begin", begin}
}

// Two people swap over the APIs of their nodes. The command of one is killed, and goes on when it is run again (CAU-10).
func TestSwap_TwoPartiesOverAPIs_CAU10(t *testing.T) {
	s := newSession(t)
	gold, silver := newPair(t, "gold", 0), newPair(t, "silver", 1)
	status, out, errs := s.run(t, offers(gold, silver, "20s", "5m")...)
	require.Zero(t, status, errs)
	require.Contains(t, out, "alice/terms.json: you pay 60 on A until height ")
	require.Contains(t, s.refused(t, offers(gold, silver, "20s", "5m")...), "alice: another swap is agreed on")
	bob := func(verb string, more ...string) []string {
		return append([]string{"swap", verb, "--data", "bob", "--a", gold.urls[1], "--b", silver.urls[1]}, more...)
	}
	status, _, errs = s.run(t, bob("accept", "--terms", "alice/terms.json")...)
	require.Zero(t, status, errs)

	alice := []string{"swap", "run", "--data", "alice", "--a", gold.urls[0], "--b", silver.urls[0]}
	killed := start(t, alice...)
	killed.next(killed.out, "that alice has locked", func(line string) bool { return strings.Contains(line, "waiting") })
	require.NoError(t, killed.cmd.Process.Kill())
	<-killed.exited

	ended := make(chan int, 1)
	go func() {
		status := start(t, bob("run")...)
		<-status.exited
		ended <- status.cmd.ProcessState.ExitCode()
	}()
	status, out, errs = s.run(t, alice...)
	require.Zero(t, status, errs)
	require.Contains(t, out, "swapped\n")
	require.Zero(t, <-ended)
	gold.has(t, 0, 40)
	gold.has(t, 1, 60)
	silver.has(t, 0, 7)
	silver.has(t, 1, 93)
}

// What cannot be is refused with its reason: nobody answers, another chain, another's terms, too late, nothing to run.
func TestSwap_RefusesWhatCannotBe_CAU10(t *testing.T) {
	s := newSession(t)
	gold, silver := newPair(t, "gold", 0), newPair(t, "silver", 1)
	require.Contains(t, s.refused(t, "swap", "run", "--data", "alice", "--a", "http://127.0.0.1:1", "--b", silver.urls[0]), "http://127.0.0.1:1: nobody answers")
	require.Contains(t, s.refused(t, "swap", "run", "--data", "alice", "--b", silver.urls[0]), "say with --a where your node's API is")
	require.Contains(t, s.refused(t, "swap", "run", "--data", "alice", "--a", gold.urls[0], "--b", gold.urls[1]), "nodes of one ledger")
	require.Contains(t, s.refused(t, "swap", "run", "--data", "alice", "--a", gold.urls[0], "--b", silver.urls[0]), "there is no swap here")
	require.Contains(t, s.refused(t, "swap", "offer", "--data", "alice", "--a", gold.urls[0], "--b", silver.urls[0]), "say with --pay and --get how much")

	offer := func(change ...string) string {
		return s.refused(t, append(offers(gold, silver, "20s", "5m"), change...)...)
	}
	require.Contains(t, offer("--pay", "101"), "you have 100 on A, and are to pay 101")
	require.Contains(t, offer("--pay", "-1"), "is not a number")
	require.Contains(t, offer("--begin", "-5m"), "--begin is -5m0s: want a time above 0")
	require.Contains(t, offer("--begin", "2000000h"), "nobody could begin with these terms")
	require.NoDirExists(t, "alice")

	status, _, errs := s.run(t, offers(gold, silver, "20s", "5m")...)
	require.Zero(t, status, errs)
	accept := func(a, b string) string {
		return s.refused(t, "swap", "accept", "--data", "bob", "--terms", "alice/terms.json", "--a", a, "--b", b)
	}
	require.Contains(t, accept(silver.urls[1], gold.urls[1]), "ledger A of the terms is chain")
	require.Contains(t, accept(gold.urls[0], silver.urls[0]), "the terms are for the key "+gold.keys[1])
	write(t, "torn.json", `{"hash": "ab"}`)
	require.Contains(t, s.refused(t, "swap", "accept", "--data", "bob", "--terms", "torn.json", "--a", gold.urls[1], "--b", silver.urls[1]),
		"torn.json: these are no terms of a swap")
	write(t, "dear.json", strings.Replace(contentOf(t, "alice/terms.json"), `"amount": 7,`, `"amount": 101,`, 1))
	require.Contains(t, s.refused(t, "swap", "accept", "--data", "bob", "--terms", "dear.json", "--a", gold.urls[1], "--b", silver.urls[1]),
		"you have 100 on B, and are to pay 101")
	require.NoDirExists(t, "bob")

	status, _, errs = s.run(t, append(offers(gold, silver, "1s", "1s"), "--data", "hasty")...)
	require.Zero(t, status, errs)
	terms, _, err := readTerms("hasty/terms.json")
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		st, err := silver.nodes[1].Standing()
		require.NoError(t, err)
		return st.Blocks.Height+12 >= terms.B.Until
	}, time.Minute, 10*time.Millisecond)
	require.Contains(t, s.refused(t, "swap", "accept", "--data", "bob", "--terms", "hasty/terms.json", "--a", gold.urls[1], "--b", silver.urls[1]),
		"it is too late to begin")
}

// What is run is what was agreed on: terms that were edited since are refused. Whatever is left of a command that was killed
// between two files, or that found the disk full, it can be given again (CAU-10).
func TestSwap_HalfADirectory_CAU10(t *testing.T) {
	s := newSession(t)
	gold, silver := newPair(t, "gold", 0), newPair(t, "silver", 1)
	run := []string{"swap", "run", "--data", "alice", "--a", gold.urls[0], "--b", silver.urls[0]}
	require.NoError(t, os.Mkdir("alice", 0o700))
	write(t, "alice/terms.json", "{}")
	require.Contains(t, s.refused(t, run...), "there is no swap here")
	status, _, errs := s.run(t, offers(gold, silver, "20s", "5m")...)
	require.Zero(t, status, errs)

	agreed := contentOf(t, "alice/terms.json")
	write(t, "alice/terms.json", strings.Replace(agreed, `"hash": "`, `"hash": "`+strings.Repeat("0", 64)+`", "was": "`, 1))
	require.Contains(t, s.refused(t, run...), "these are no terms of a swap")
	write(t, "alice/terms.json", strings.Replace(agreed, `"amount": 60,`, `"amount": 6,`, 1))
	require.Contains(t, s.refused(t, run...), "alice/terms.json: these are not the terms that you agreed on")
	require.NoError(t, os.Remove("alice/terms.json"))
	require.Contains(t, s.refused(t, run...), "the other one has the same file")
	require.Contains(t, s.refused(t, offers(gold, silver, "20s", "5m")...), "alice: another swap is agreed on")
}

// contentOf is what a file has.
func contentOf(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	return string(text)
}

// The operator of a replica sees who leads, and says whom it distrusts.
func TestMembers_ShowsAndDistrusts_S06(t *testing.T) {
	s := newSession(t)
	gold := newPair(t, "gold", 0)
	ask := func(args ...string) string {
		status, out, errs := s.run(t, append([]string{"members", "--api", gold.urls[0]}, args...)...)
		require.Zero(t, status, errs)
		return out
	}
	require.Eventually(t, func() bool { return strings.Contains(ask(), "made by member 0 in round 0, signed by 2") }, time.Minute, 20*time.Millisecond)
	require.Contains(t, ask("--distrust", "0"), "this node, leads, distrusted here\n")
	require.Eventually(t, func() bool { return strings.Contains(ask(), "made by member 1") }, time.Minute, 20*time.Millisecond)
	require.NotContains(t, ask("--trust", "0"), "distrusted here")
	require.Contains(t, s.refused(t, "members", "--api", gold.urls[0], "--distrust", "2"), "there is no member 2: they have the numbers 0 to 1")
	require.Contains(t, s.refused(t, "members", "--api", "127.0.0.1:11180"), "want the URL of a node's API")
	require.Contains(t, s.refused(t, "members", "--api", gold.urls[0], "--trust", "x"), `--trust: "x" is not a number: want 0 or more`)
	require.Contains(t, s.refused(t, "members"), "say with --api where your node's API is")
}
