package node_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/mempool"
	"strata/mempool/mempooltest"
	"strata/messaging"
	"strata/network"
	"strata/node"
	"strata/node/guard"
	"strata/p2p"
)

// TestOneRangeCannotEclipseANode: fifty attackers of one /16 fill every place that they get, tell of each
// other alone, and are told of first. The node keeps its peers elsewhere.
func TestOneRangeCannotEclipseANode(t *testing.T) {
	var friends [2]int
	for run, guarded := range []bool{true, false} {
		w := newTown(t)
		var honest []network.Addr
		for i := range 8 {
			honest = append(honest, public(10+i))
		}
		cfg := node.Config{}
		cfg.P2P = p2p.Config{MaxPeers: 16, Bootstrap: honest[:3]}
		if !guarded {
			cfg.Guard = &guard.Config{MaxPerGroup: 1000, MaxDialsPerGroup: 1000}
		}
		w.guarded(public(1), cfg)
		for i, a := range honest {
			others := node.Config{}
			others.P2P = p2p.Config{MaxPeers: 16, Bootstrap: []network.Addr{honest[(i+1)%8], honest[(i+3)%8]}}
			w.guarded(a, others)
		}
		for i := range 50 {
			addr := network.Addr(fmt.Sprintf("203.0.%d.7:4000", i))
			w.attacker(addr, p2p.Config{Bootstrap: []network.Addr{public(1)}, MaxPeers: 60, BackoffMax: time.Second})
		}
		w.sim.Run(5 * time.Minute)
		attackers := 0
		for _, peer := range w.nodes[public(1)].Peers() {
			if guard.Group(peer) == "203.0.0.0/16" {
				attackers++
			} else {
				friends[run]++
			}
		}
		t.Logf("guarded: %t, attackers %d, friends %d", guarded, attackers, friends[run])
		if guarded {
			require.LessOrEqual(t, attackers, 3+4, "MaxPerGroup and MaxDialsPerGroup")
			require.GreaterOrEqual(t, friends[run], attackers)
		}
	}
	require.Less(t, friends[1], friends[0], "without the caps it loses some of them")
}

// TestNobodyPushesOutThePeersThatANodeChose: attackers of sixty ranges come for five minutes, and come again
// whenever they lose their place. The node keeps the peers that it has dialled.
func TestNobodyPushesOutThePeersThatANodeChose(t *testing.T) {
	for _, guarded := range []bool{true, false} {
		w := newTown(t)
		var chosen []network.Addr
		for i := range 6 {
			chosen = append(chosen, public(10+i))
			w.attacker(chosen[i], p2p.Config{MaxPeers: 100})
		}
		cfg := node.Config{P2P: p2p.Config{MaxPeers: 16, Bootstrap: chosen}}
		if !guarded { // as if there were no bound on who chooses the node, nor a memory of whom it chose
			cfg.Guard = &guard.Config{MaxPeers: 1000}
		}
		w.guarded(public(1), cfg)
		for i := range 60 {
			cfg := p2p.Config{MaxPeers: 1, Bootstrap: []network.Addr{public(1)}, BackoffMin: time.Second, BackoffMax: time.Second}
			w.attacker(public(100+i), cfg)
		}
		if !guarded {
			w.sim.At(0, public(1), func() { w.nodes[public(1)].ForgetPeers() })
		}
		w.sim.Run(5 * time.Minute)
		peers := w.nodes[public(1)].Peers()
		if guarded {
			require.Subset(t, peers, chosen)
			require.LessOrEqual(t, len(peers), 6+6, "16/2-2 from outside")
		} else {
			require.NotSubset(t, peers, chosen, "without the bound they are lost one by one")
		}
	}
}

// TestAHubSendsNewcomersOn: forty nodes know one only, which has places for six of them. All find peers, and
// each can reach each other.
func TestAHubSendsNewcomersOn(t *testing.T) {
	w := newTown(t)
	const nodes = 40
	for i := range nodes {
		cfg := node.Config{P2P: p2p.Config{MaxPeers: 16}}
		if i > 0 {
			cfg.P2P.Bootstrap = []network.Addr{public(0)}
		}
		w.guarded(public(i), cfg)
	}
	w.sim.Run(2 * time.Minute)
	reached := map[network.Addr]bool{public(0): true}
	for next := []network.Addr{public(0)}; len(next) > 0; {
		peers := w.nodes[next[0]].Peers()
		require.GreaterOrEqual(t, len(peers), 3, next[0])
		next = next[1:]
		for _, p := range peers {
			if !reached[p] {
				reached[p] = true
				next = append(next, p)
			}
		}
	}
	require.Len(t, reached, nodes)
	for _, n := range w.nodes {
		require.Empty(t, n.Guard().Bans())
	}
}

func TestAStrangerCannotTakeAPeersName(t *testing.T) {
	w := newTown(t)
	w.guarded(public(1), node.Config{})
	friend := w.attacker(public(2), p2p.Config{Bootstrap: []network.Addr{public(1)}})
	thief := &heard{}
	w.sim.Node(public(4), func(h network.Host) {
		h.After(2*time.Second, func() {
			h.Dial(public(1), func(s network.Stream, err error) {
				require.NoError(t, err)
				hello := messaging.Encode(messaging.TypeRequest, 1, p2p.KindHello, []byte(friend.addr))
				s.Deliver(thief)
				s.Write(network.Header(len(hello)), hello)
			})
		})
	})
	tx := mempooltest.Pay(0, 1, 0, 5)
	w.says(5*time.Second, friend, mempool.KindNewTx, tx.Text())
	w.sim.Run(20 * time.Second)
	n := w.nodes[public(1)]
	m, err := messaging.Decode(thief.bytes[network.HeaderSize:])
	require.NoError(t, err)
	require.Zero(t, m.Payload[0], "the thief is rejected (P2P-2)")
	require.Contains(t, n.Peers(), friend.addr)
	require.Equal(t, []mempool.Transaction{tx}, n.Transactions(), "the friend is still heard")
}

// heard keeps all bytes that come.
type heard struct{ bytes []byte }

func (h *heard) Receive(piece []byte) { h.bytes = append(h.bytes, piece...) }

func (h *heard) Ended(error) {}
