package node_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/chain"
	"strata/mempool"
	"strata/network"
	"strata/node"
	"strata/node/guard"
	"strata/node/peerstatus"
	"strata/node/store"
	"strata/p2p"
	"strata/solutions"
)

// Nodes with other difficulties mine next to each other. Each says so, and nobody is banned (H8).
func TestNodesOfAnotherChainAreToldAndNotBanned(t *testing.T) {
	w := newTown(t)
	for i, difficulty := range []int{1, 1, 2} {
		cfg := node.Config{Mine: true, Coinbase: mempool.PublicKey{byte(i + 1)}, P2P: p2p.Config{Self: public(i)}}
		cfg.Params = chain.Params{Difficulty: difficulty, BlockReward: 100, MaxTransactions: 10}
		cfg.Miner.Batch, cfg.Miner.Interval = 1<<(4*(difficulty-1)), 300*time.Millisecond
		cfg.Guard, cfg.Store = &guard.Config{}, store.NewMemory()
		if i > 0 {
			cfg.P2P.Bootstrap = []network.Addr{public(0)}
		}
		w.sim.Node(public(i), func(h network.Host) {
			n, err := node.New(h, solutions.Stack(), cfg)
			require.NoError(t, err)
			require.NoError(t, n.Start())
			w.nodes[public(i)] = n
		})
	}
	w.sim.Run(3 * time.Minute)
	for i := range 3 {
		n := w.nodes[public(i)]
		require.Empty(t, n.Guard().Bans())
		require.Zero(t, n.Guard().Totals().Offences[guard.NoWork])
		require.Zero(t, n.Guard().Totals().Offences[guard.BadSync])
		require.Len(t, n.Peers(), 2)
		require.Greater(t, n.Status().Height, uint64(3))
	}
	require.Equal(t, []peerstatus.Disagreement{{Peer: public(2), What: "difficulty 2 instead of 1"}}, w.nodes[public(0)].Disagreements())
	require.Len(t, w.nodes[public(2)].Disagreements(), 2)
}

// A stranger of another kind does not know the request, and is judged as before.
func TestWhoDoesNotSayWhoItIsIsJudgedAllTheSame(t *testing.T) {
	w := newTown(t)
	w.guarded(public(1), node.Config{})
	bad := w.attacker(public(2), p2p.Config{Bootstrap: []network.Addr{public(1)}})
	w.says(2*time.Second, bad, chain.KindNewBlock, unmined(chain.Genesis(), 1).Text(), unmined(chain.Genesis(), 2).Text())
	w.sim.Run(20 * time.Second)
	require.Len(t, w.nodes[public(1)].Guard().Bans(), 1)
}

// named is a host in whose names another address leads to the same node.
type named struct{ network.Host }

func (h named) Dial(to network.Addr, done func(network.Stream, error)) {
	h.Host.Dial(network.Addr(strings.Replace(string(to), "name", "198", 1)), done)
}

// alias is another name of a public address.
func alias(a network.Addr) network.Addr {
	return network.Addr(strings.Replace(string(a), "198", "name", 1))
}

// One node is one peer, by whatever names it is known (G5): after the first moments nobody arrives, and
// nobody is lost.
func TestOneNodeUnderTwoNamesIsOnePeer(t *testing.T) {
	w := newTown(t)
	for i := range 4 {
		cfg := node.Config{P2P: p2p.Config{Self: public(i)}, Params: params, Guard: &guard.Config{}, Store: store.NewMemory()}
		if i > 0 {
			cfg.P2P.Bootstrap = []network.Addr{public(0), alias(public(0)), alias(public(i - 1))}
		}
		w.sim.Node(public(i), func(h network.Host) {
			n, err := node.New(named{h}, solutions.Stack(), cfg)
			require.NoError(t, err)
			require.NoError(t, n.Start())
			w.nodes[public(i)] = n
		})
	}
	w.sim.Run(2 * time.Minute)
	events := 0
	for _, n := range w.nodes {
		require.Len(t, n.Peers(), 3, "%v", n.Peers())
		n.OnPeer(func(network.Addr, bool) { events++ })
	}
	w.sim.Run(20 * time.Minute)
	require.Zero(t, events)
}

// talkative is a host whose log a test reads.
type talkative struct {
	network.Host
	log *bytes.Buffer
}

func (h talkative) Log() *slog.Logger { return slog.New(slog.NewTextHandler(h.log, nil)) }

// Whom a node dialled in vain, and why, is in its log, not each time; so is that a peer is of another chain (G6).
func TestTheLogSaysWhyNothingHappens_G6(t *testing.T) {
	w := newTown(t)
	var log bytes.Buffer
	w.on = func(h network.Host) network.Host { return talkative{h, &log} }
	w.guarded(public(1), node.Config{P2P: p2p.Config{Bootstrap: []network.Addr{public(9)}}})
	w.sim.Run(9 * time.Minute)
	require.Equal(t, 1, strings.Count(log.String(), `msg="nobody reached" addr=`+string(public(9))), log.String())
	require.Contains(t, log.String(), network.ErrRefused.Error())
	w.sim.Run(19 * time.Minute)
	require.Equal(t, 2, strings.Count(log.String(), "nobody reached"))
}

// The same for a peer of another chain: the log says in what (G6, H8).
func TestTheLogSaysThatAPeerIsOfAnotherChain_G6(t *testing.T) {
	w := newTown(t)
	var log bytes.Buffer
	for i, difficulty := range []int{1, 2} {
		cfg := node.Config{P2P: p2p.Config{Self: public(i)}, Params: chain.Params{Difficulty: difficulty}, Guard: &guard.Config{}}
		if i > 0 {
			cfg.P2P.Bootstrap = []network.Addr{public(0)}
		}
		w.sim.Node(public(i), func(h network.Host) {
			if i == 0 {
				h = talkative{h, &log}
			}
			n, err := node.New(h, solutions.Stack(), cfg)
			require.NoError(t, err)
			require.NoError(t, n.Start())
		})
	}
	w.sim.Run(time.Minute)
	line := `level=WARN msg="peer is of another chain: neither side can use the blocks of the other" peer=` + string(public(1)) + ` its="difficulty 2 instead of 1"`
	require.Equal(t, 1, strings.Count(log.String(), line), log.String())
}

// A name that leads to the node itself makes it no peer of its own, and the log says so, once in a while.
func TestANameThatLeadsToTheNodeItself(t *testing.T) {
	w := newTown(t)
	var log bytes.Buffer
	cfg := node.Config{P2P: p2p.Config{Self: public(1), Bootstrap: []network.Addr{alias(public(1))}}, Params: params, Guard: &guard.Config{}}
	w.sim.Node(public(1), func(h network.Host) {
		n, err := node.New(talkative{named{h}, &log}, solutions.Stack(), cfg)
		require.NoError(t, err)
		require.NoError(t, n.Start())
		w.nodes[public(1)] = n
	})
	w.sim.Run(9 * time.Minute)
	require.Empty(t, w.nodes[public(1)].Peers())
	require.Equal(t, 1, strings.Count(log.String(), "hello by this node's own address"), log.String())
	require.Empty(t, w.nodes[public(1)].Guard().Bans())
}

// A second name of a peer is no other peer: it is not added.
func TestASecondNameOfAPeerIsNotAdded(t *testing.T) {
	w := newTown(t)
	for i := range 2 {
		cfg := node.Config{P2P: p2p.Config{Self: public(i)}, Params: params, Guard: &guard.Config{}}
		if i > 0 {
			cfg.P2P.Bootstrap = []network.Addr{public(0), alias(public(0))}
		}
		w.sim.Node(public(i), func(h network.Host) {
			n, err := node.New(named{h}, solutions.Stack(), cfg)
			require.NoError(t, err)
			require.NoError(t, n.Start())
			w.nodes[public(i)] = n
		})
	}
	w.sim.At(time.Minute, public(1), func() {
		require.ErrorIs(t, w.nodes[public(1)].AddPeer(alias(public(0))), node.ErrIsPeer)
	})
	w.sim.Run(61 * time.Second)
}
