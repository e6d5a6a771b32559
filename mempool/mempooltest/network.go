package mempooltest

import (
	"fmt"
	"slices"
	"time"

	"strata/gossip"
	"strata/mempool"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
	"strata/p2p/p2ptest"
	"strata/scenario"
)

// citizen is a node with every layer up to a pool. heard counts what came to the pool, before it judged: so it
// shows what the pools around it passed on.
type citizen struct {
	gossip gossip.Gossip
	pool   mempool.Mempool
	lives  int // times that it has booted

	lost, anew func()         // called when a peer is lost, and when it comes back from a crash; nil: nobody asks
	heard      map[string]int // payloads that gossip handed to the pool, and how often
}

// topology says which peers node i looks for.
type topology func(i int, addrs []network.Addr) p2p.Config

// street: each knows the one before, and wants no more.
func street(i int, addrs []network.Addr) p2p.Config {
	return p2p.Config{Bootstrap: addrs[max(i-1, 0):i], MaxPeers: 2}
}

// village: everyone knows everyone.
func village(i int, addrs []network.Addr) p2p.Config {
	return p2p.Config{Bootstrap: append(slices.Clone(addrs[:i]), addrs[i+1:]...)}
}

// settle adds n nodes. Those from first on have a pool.
func (s suite) settle(w scenario.World, shape topology, n, first int) (addrs []network.Addr, citizens []*citizen) {
	for i := range n {
		addrs = append(addrs, w.Addr(i))
	}
	for i := range n {
		cfg := shape(i, addrs)
		cfg.Self = addrs[i]
		citizens = append(citizens, s.citizen(w, cfg, i >= first))
	}
	return addrs, citizens
}

// citizen adds one node. A crash makes everything on it again.
func (s suite) citizen(w scenario.World, cfg p2p.Config, pooling bool) *citizen {
	node := &citizen{}
	w.Node(cfg.Self, func(h network.Host) {
		node.heard = make(map[string]int)
		if node.lives++; node.lives > 1 && node.anew != nil {
			node.anew()
		}
		peers := p2ptest.Peers(s.stack.Stack.Stack, h, cfg)
		node.gossip = s.stack.NewGossip(h, peers, scenario.Complete(gossip.Config{}))
		if pooling {
			node.pool = s.stack.NewMempool(h, listening{node.gossip, node},
				scenario.Complete(mempool.Config{Verifier: s.stack.Verifier}))
			if err := node.pool.Start(nil); err != nil {
				w.Fail(scenario.NET10Starts, "expected Start to return nil, got %v", err)
			}
		}
		if err := node.gossip.Start(node); err != nil {
			w.Fail(scenario.NET10Starts, "expected the layers below to start, got %v", err)
		}
	})
	return node
}

// PeerArrived is p2p.Watcher's.
func (c *citizen) PeerArrived(network.Addr) {}

// PeerLost is p2p.Watcher's.
func (c *citizen) PeerLost(network.Addr) {
	if c.lost != nil {
		c.lost()
	}
}

// listening stands between gossip and the pool, and notes what gossip hands over.
type listening struct {
	gossip.Gossip
	citizen *citizen
}

func (l listening) Handle(kind messaging.Kind, h gossip.Handler) error {
	return l.Gossip.Handle(kind, func(from network.Addr, payload []byte) bool {
		l.citizen.heard[string(payload)]++
		return h(from, payload)
	})
}

// spread has four nodes in a row announce payments. What one of them announces all of them pool, and
// each hears of it once: a pool that gossips what it received makes it come again.
func (s suite) spread(w scenario.World) { s.announcing(w, street, 2*sec) }

// spreadAfterFaults does the same after links have failed and a node has crashed, and lost its pool
// with that. What is announced when all is well reaches everybody.
func (s suite) spreadAfterFaults(w scenario.World) { healed(w, s.announcing(w, village, 20*sec)) }

// announcing has four nodes announce what all of them then have to pool. It probes with Add, which
// refuses what is known, so that the step can be graded before Transactions is written.
func (s suite) announcing(w scenario.World, shape topology, from time.Duration) []*citizen {
	addrs, citizens := s.settle(w, shape, 4, 0)
	// When each was announced, for the report.
	announced := make(map[mempool.Transaction]time.Duration)
	var order []mempool.Transaction
	for i := range 5 {
		author, tx := w.Rand().IntN(4), Pay(i, i+1, uint64(w.Rand().IntN(3)), 5)
		w.At(from+time.Duration(i)*50*time.Millisecond, addrs[author], "announce "+describe(tx), func() {
			if err := citizens[author].pool.Announce(tx); err != nil {
				w.Fail(mem1Takes, "expected %s to be %s, got it %s", describe(tx), verdict(), verdict(err))
				return
			}
			announced[tx] = w.Now()
			order = append(order, tx)
		})
	}
	for i, addr := range addrs {
		w.Ends(addr, mem2Arrives, func() error {
			for _, tx := range order {
				if !citizens[i].has(tx) {
					return fmt.Errorf("expected node %d to have %s, which was announced at %v, got it taken when asked",
						i, describe(tx), announced[tx])
				}
			}
			return nil
		})
		w.Ends(addr, mem3Known, func() error {
			for _, tx := range order {
				if got := citizens[i].heard[string(tx.Text())]; got > 1 {
					return fmt.Errorf("expected node %d to hear of %s at most once, got %d times", i, describe(tx), got)
				}
			}
			return nil
		})
	}
	return citizens
}

// healed declares what faults are to lead to before something is announced.
func healed(w scenario.World, citizens []*citizen) {
	lost := w.Sometimes("a node lost a peer")
	anew := w.Sometimes("a node came back from a crash, without its pool")
	for _, c := range citizens {
		c.lost, c.anew = func() { lost(true) }, func() { anew(true) }
	}
}

// forgedDies has an attacker at one end of the street, who gossips by hand what is not valid, and later
// the true payment. The invalid ones come to its neighbour and no further; the true one goes through
// the whole street, so that the way was open.
func (s suite) forgedDies(w scenario.World) {
	addrs, citizens := s.settle(w, street, 4, 1)
	nonce := uint64(w.Rand().IntN(3))
	honest, forged := Pay(0, 1, nonce, 5), Pay(0, 1, nonce, 5)
	forged.Amount += 1 + uint64(w.Rand().IntN(100))
	signed := fmt.Appendf(nil, "%s,%s,+%d,5,%x", honest.Sender, honest.Recipient, nonce, honest.Signature)
	// What a stranger can make of a payment without the key.
	invalid := []struct {
		what string
		text []byte
	}{
		{"a forged payment", forged.Text()},
		{"a payment with a blank after it", append(honest.Text(), ' ')},
		{"a payment whose nonce has a sign", signed},
		{"a payment without a signature", honest.SigningText()},
	}
	w.At(2*time.Second, addrs[0], "gossip what is not valid", func() {
		for _, tx := range invalid {
			_ = citizens[0].gossip.Broadcast(mempool.KindNewTx, tx.text)
		}
	})
	gossiped := false
	w.At(4*time.Second, addrs[0], "gossip what is", func() {
		gossiped = true
		_ = citizens[0].gossip.Broadcast(mempool.KindNewTx, honest.Text())
	})
	for i := 1; i < 4; i++ {
		w.Ends(addrs[i], mem2Verdict, func() error {
			for _, tx := range invalid {
				if i > 1 && citizens[i].heard[string(tx.text)] > 0 {
					return fmt.Errorf("expected %s to get no further than node 1, got it to node %d", tx.what, i)
				}
			}
			if gossiped && !citizens[i].has(honest) {
				return fmt.Errorf("expected node %d to have the true payment, got it taken when asked", i)
			}
			return nil
		})
	}
}
