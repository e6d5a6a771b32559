package suites_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/gossip"
	"strata/harness/lab"
	"strata/harness/sim"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
	"strata/scenario"
	"strata/solutions"
)

// ranging is a layer 3 that broadcasts in the order in which Go ranges over a map: another one
// each time.
type ranging struct{ p2p.P2P }

func (r ranging) Broadcast(kind messaging.Kind, payload []byte, except ...network.Addr) error {
	peers := make(map[network.Addr]bool)
	for _, peer := range r.Peers() {
		peers[peer] = true
	}
	for _, peer := range except {
		delete(peers, peer)
	}
	for peer := range peers {
		if err := r.Send(peer, kind, payload); err != nil {
			return err
		}
	}
	return nil
}

// flood has twelve nodes find each other and gossip. The nodes share nothing, so that several
// workers may run them.
func flood(stack gossip.Stack) scenario.Scenario {
	return scenario.Scenario{
		Name: "suites/flood", For: 20 * time.Second,
		Faults: scenario.Faults{Jitter: 50 * time.Millisecond, Fragment: true, Resets: 3, Crashes: 2, Until: 15 * time.Second},
		Setup: func(w scenario.World) {
			for n := range 12 {
				bootNode(w, stack, n)
			}
		},
	}
}

// bootNode adds a node that broadcasts once a second.
func bootNode(w scenario.World, stack gossip.Stack, n int) {
	self := w.Addr(n)
	cfg := p2p.Config{Self: self, MaxPeers: 6, Bootstrap: []network.Addr{w.Addr(n / 2), w.Addr(n / 3)}}
	w.Node(self, func(h network.Host) {
		netCfg, _ := network.Config{Listen: self}.Complete()
		msgCfg, _ := messaging.Config{}.Complete()
		peerCfg, _ := cfg.Complete()
		gossipCfg, _ := gossip.Config{}.Complete()
		net := stack.NewNetwork(h, netCfg)
		msg := stack.NewMessaging(h, net, msgCfg)
		g := stack.NewGossip(h, stack.NewP2P(h, net, msg, peerCfg), gossipCfg)
		if err := g.Handle("word", func(network.Addr, []byte) bool { return true }); err != nil {
			panic(err)
		}
		if err := g.Start(nil); err != nil {
			panic(err)
		}
		var speak func()
		speak = func() {
			if err := g.Broadcast("word", fmt.Append(nil, n, h.Now())); err != nil {
				panic(err)
			}
			h.After(time.Second, speak)
		}
		h.After(time.Second, speak)
	})
}

// TestFlood_SameSeedSameHash: on every run, with one worker and with two, on both engines, and
// whatever the order in which a layer ranges over its peers.
func TestFlood_SameSeedSameHash(t *testing.T) {
	plain := solutions.Stack().Stack.Stack
	ranged := plain
	ranged.NewP2P = func(h network.Host, net network.Network, msg messaging.Messaging, cfg p2p.Config) p2p.P2P {
		return ranging{plain.NewP2P(h, net, msg, cfg)}
	}
	first := lab.Run(flood(plain), lab.Options{Seed: 5})
	require.False(t, first.Failed(), first.String())
	require.Greater(t, first.Events, uint64(10_000), "it is a flood")
	for _, stack := range []gossip.Stack{plain, ranged} {
		for range 3 {
			require.Equal(t, first.Hash, lab.Run(flood(stack), lab.Options{Seed: 5}).Hash)
		}
		for workers := 1; workers <= 2; workers++ {
			r := lab.Run(flood(stack), lab.Options{Seed: 5, Engine: sim.Windows, Workers: workers})
			require.False(t, r.Failed(), r.String())
			require.Equal(t, first.Hash, r.Hash, "%d workers", workers)
		}
	}
	require.NotEqual(t, first.Hash, lab.Run(flood(plain), lab.Options{Seed: 6}).Hash)
}
