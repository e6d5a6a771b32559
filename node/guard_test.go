package node_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/chain"
	"strata/gossip"
	"strata/harness/sim"
	"strata/mempool"
	"strata/mempool/mempooltest"
	"strata/messaging"
	"strata/network"
	"strata/node"
	"strata/node/guard"
	"strata/node/store"
	"strata/p2p"
	"strata/solutions"
)

// public are addresses that count as those of different providers.
func public(n int) network.Addr { return network.Addr(fmt.Sprintf("198.%d.7.1:4000", n)) }

// town is guarded nodes and attackers on one simulated network.
type town struct {
	t     *testing.T
	sim   *sim.Net
	nodes map[network.Addr]*node.Node
	on    func(network.Host) network.Host // what guarded nodes have for a host; nil: the simulated one
}

func newTown(t *testing.T) *town {
	net, err := sim.New(sim.Config{Seed: 1})
	require.NoError(t, err)
	return &town{t: t, sim: net, nodes: map[network.Addr]*node.Node{}}
}

// guarded adds a guarded node; cfg needs no address.
func (w *town) guarded(addr network.Addr, cfg node.Config) {
	cfg.P2P.Self, cfg.Params = addr, params
	if cfg.Guard == nil {
		cfg.Guard = &guard.Config{}
	}
	if cfg.Store == nil {
		cfg.Store = store.NewMemory()
	}
	on := w.on
	w.sim.Node(addr, func(h network.Host) {
		if on != nil {
			h = on(h)
		}
		n, err := node.New(h, solutions.Stack(), cfg)
		require.NoError(w.t, err)
		require.NoError(w.t, n.Start())
		w.nodes[addr] = n
	})
}

// attacker is a node up to gossip, without a guard, that says what it likes.
type attacker struct {
	addr   network.Addr
	peers  p2p.P2P
	gossip gossip.Gossip
}

func (w *town) attacker(addr network.Addr, cfg p2p.Config) *attacker {
	a := &attacker{addr: addr}
	cfg.Self = addr
	w.sim.Node(addr, func(h network.Host) {
		stack := solutions.Stack()
		net := stack.NewNetwork(h, completed(network.Config{Listen: addr}))
		a.peers = stack.NewP2P(h, net, stack.NewMessaging(h, net, completed(messaging.Config{})), completed(cfg))
		a.gossip = stack.NewGossip(h, a.peers, completed(gossip.Config{}))
		require.NoError(w.t, a.gossip.Start(nil))
	})
	return a
}

func completed[C interface{ Complete() (C, error) }](c C) C {
	c, err := c.Complete()
	if err != nil {
		panic(err)
	}
	return c
}

func (w *town) says(at time.Duration, a *attacker, kind messaging.Kind, texts ...[]byte) {
	w.sim.At(at, a.addr, func() {
		for _, text := range texts {
			require.NoError(w.t, a.gossip.Broadcast(kind, text))
		}
	})
}

func unmined(parent chain.Block, n uint64) chain.Block {
	b := chain.Block{Number: parent.Number + 1, Parent: parent.Hash(), Nonce: n * 1000}
	for params.MeetsDifficulty(b.Hash()) {
		b.Nonce++
	}
	return b
}

func TestStrangersWhoBreakTheRulesAreBanned(t *testing.T) {
	forged := mempooltest.Pay(0, 1, 0, 5)
	forged.Amount++
	spent := mine(chain.Genesis())
	spent.Transactions = []mempool.Transaction{mempooltest.Pay(3, 4, 0, 1)}
	for !params.MeetsDifficulty(spent.Hash()) {
		spent.Nonce++
	}
	for _, c := range []struct {
		offence guard.Offence
		kind    messaging.Kind
		texts   [][]byte
		banned  bool
	}{
		{guard.NoWork, chain.KindNewBlock, [][]byte{unmined(chain.Genesis(), 1).Text(), unmined(chain.Genesis(), 2).Text()}, true},
		{guard.Forged, mempool.KindNewTx, [][]byte{forged.Text(), []byte("no text"), nil, forged.SigningText()}, true},
		{guard.BadBlock, chain.KindNewBlock, [][]byte{spent.Text()}, false},
	} {
		w := newTown(t)
		w.guarded(public(1), node.Config{})
		bad := w.attacker(public(2), p2p.Config{Bootstrap: []network.Addr{public(1)}})
		good := w.attacker(public(3), p2p.Config{Bootstrap: []network.Addr{public(1)}})
		w.says(2*time.Second, bad, c.kind, c.texts...)
		w.says(3*time.Second, good, mempool.KindNewTx, mempooltest.Pay(0, 1, 0, 5).Text(), mempooltest.Pay(0, 1, 0, 6).Text())
		w.sim.Run(20 * time.Second) // who does not say of which chain it is gets ten for it
		n := w.nodes[public(1)]
		require.EqualValues(t, len(c.texts), n.Guard().Totals().Offences[c.offence], c.offence)
		require.Equal(t, c.banned, len(n.Guard().Bans()) == 1, c.offence)
		require.Contains(t, n.Peers(), public(3))
		require.Equal(t, c.banned, len(n.Peers()) == 1)
		require.Len(t, n.Transactions(), 1, "a payment in conflict is nobody's fault")
	}
}

func TestHonestNodesNeverBlameEachOther(t *testing.T) {
	w := newTown(t)
	for i := range 6 {
		cfg := node.Config{Mine: true, Coinbase: mempool.PublicKey{byte(i + 1)}}
		cfg.Miner.Batch, cfg.Miner.Interval = 1, 600*time.Millisecond
		cfg.P2P.Bootstrap = []network.Addr{public((i + 1) % 6), public((i + 2) % 6)}
		w.guarded(public(i), cfg)
	}
	w.sim.Run(3 * time.Minute)
	for addr, n := range w.nodes {
		require.Greater(t, n.Status().Height, uint64(3))
		require.Len(t, n.Peers(), 5)
		require.Empty(t, n.Guard().Bans())
		totals := n.Guard().Totals()
		totals.Offences[guard.BadBlock] = 0
		for o, count := range totals.Offences {
			require.Zero(t, count, "%v at %v", guard.Offence(o), addr)
		}
		for _, c := range n.Guard().Conns() {
			require.NotEmpty(t, c.Address, "each connection is known by an address")
			require.NotZero(t, c.MessagesIn)
			require.NotZero(t, c.BytesOut)
		}
	}
}

func TestPeersAndBansOutliveARestart(t *testing.T) {
	db := store.NewMemory()
	life := func(bootstrap []network.Addr, say [][]byte) *node.Node {
		w := newTown(t)
		cfg := node.Config{Store: db}
		cfg.P2P.Bootstrap = bootstrap
		w.guarded(public(1), cfg)
		w.guarded(public(2), node.Config{})
		bad := w.attacker(public(3), p2p.Config{Bootstrap: []network.Addr{public(1)}, BackoffMin: time.Hour, BackoffMax: time.Hour})
		w.says(2*time.Second, bad, chain.KindNewBlock, say...)
		w.sim.At(20*time.Second, public(1), func() { w.nodes[public(1)].Stop() })
		var peers []network.Addr
		w.sim.At(19*time.Second, public(1), func() { peers = w.nodes[public(1)].Peers() })
		w.sim.Run(30 * time.Second)
		require.Equal(t, []network.Addr{public(2)}, peers)
		return w.nodes[public(1)]
	}
	life([]network.Addr{public(2)}, [][]byte{unmined(chain.Genesis(), 1).Text(), unmined(chain.Genesis(), 2).Text()})
	n := life(nil, nil) // nobody tells it where to begin
	require.Equal(t, "198.3.7.1", n.Guard().Bans()[0].IP)
	require.NotZero(t, n.Guard().Totals().Refused, "who was banned in the life before came again")
}

func TestTheGuardFitsTheLayersAboveIt(t *testing.T) {
	asked := guard.Config{}
	cfg, err := node.Config{P2P: p2p.Config{Self: self, MaxPeers: 10}, Network: network.Config{MaxFrame: 1 << 19}, Guard: &asked}.Complete()
	require.NoError(t, err)
	require.Equal(t, 2*10+32, cfg.Guard.MaxIncoming, "room to reject politely (P2P-4)")
	require.Equal(t, 1<<19, cfg.Guard.MaxFrame)
	require.Equal(t, guard.Config{}, asked, "the caller's stays as it is")
	_, err = node.Config{P2P: p2p.Config{Self: self}, Guard: &guard.Config{MaxPerIP: -1}}.Complete()
	require.ErrorContains(t, err, "MaxPerIP is -1")
}

func TestANodeWithoutAGuardHasNone(t *testing.T) {
	alone(t, node.Config{}, func(n *node.Node, _ *sim.Net) { require.Nil(t, n.Guard()) })
}
