package p2ptest

import (
	"fmt"
	"slices"
	"time"

	"strata/network"
	"strata/p2p"
	"strata/scenario"
)

// twins: two instances of the layer under one address dial everybody, are dialled by everybody, and
// talk. Of both, one is listed at a time, and the others do not suffer.
func (s suite) twins(w scenario.World) {
	const honest = 6
	identity := w.Addr(0)
	var nodes []*node
	var addrs []network.Addr
	for i := range honest {
		addrs = append(addrs, w.Addr(1+i))
	}
	both := w.Sometimes("a node heard both twins")
	for i := range honest {
		n := s.node(w, 1+i, setup{handle: true, p2p: p2p.Config{Bootstrap: append([]network.Addr{identity}, addrs[:i]...), MaxPeers: 8, Interval: never}})
		nodes = append(nodes, n)
		said := map[string]bool{}
		n.onHeard = func(h heard) ([]byte, bool) {
			said[h.payload] = true
			both(said["first"] && said["second"])
			return nil, false
		}
		n.onLost = func(peer network.Addr) {
			if peer != identity {
				w.Fail("P2P-6", "expected %s to keep its honest peers while a peer has a twin, got %s lost", n.addr, peer)
			}
		}
		for k := range 2 {
			w.At(time.Duration(5+2*k)*second, n.addr, "broadcasts", func() {
				scenario.Expect(w, "P2P-12", n.p2p.Broadcast(kind, fmt.Appendf(nil, "%d from %s", k, n.addr)))
			})
		}
	}
	s.pair(w, addrs, identity)
	inTheEnd(w, "P2P-6", nodes, identity, listsOnce)
	inTheEnd(w, "P2P-12", nodes, identity, hearsOnce)
}

// inTheEnd checks each node, once all has been said.
func inTheEnd(w scenario.World, rule string, nodes []*node, identity network.Addr, check func(n *node, honest int, identity network.Addr) error) {
	w.By(12*second, rule, func() error {
		if w.Now() < 11*second {
			return fmt.Errorf("expected to be looked at in the end, got %v", w.Now())
		}
		for _, n := range nodes {
			if err := check(n, len(nodes), identity); err != nil {
				return err
			}
		}
		return nil
	})
}

// instance runs the layer, as whoever uses it would, under an identity.
func (s suite) instance(h network.Host, identity network.Addr, peers []network.Addr) p2p.P2P {
	p := Peers(s.stack, h, p2p.Config{Self: identity, Bootstrap: peers, MaxPeers: 8, Interval: never})
	scenario.Must(p.Handle(kind, func(network.Addr, []byte) ([]byte, bool) { return nil, false }))
	scenario.Must(p.Start(nil))
	return p
}

// listsOnce returns nil if the node lists the honest ones, and nobody twice.
func listsOnce(n *node, honest int, identity network.Addr) error {
	peers := n.p2p.Peers()
	if len(slices.Compact(slices.Sorted(slices.Values(peers)))) != len(peers) {
		return fmt.Errorf("expected each address once on the list of %s, got %s", n.addr, join(peers))
	}
	peers = slices.DeleteFunc(peers, func(a network.Addr) bool { return a == identity })
	if len(peers) != honest-1 {
		return fmt.Errorf("expected %s to list %d honest peers, got %s", n.addr, honest-1, join(peers))
	}
	return nil
}

// hearsOnce returns nil if the node heard each message of each honest one once.
func hearsOnce(n *node, honest int, identity network.Addr) error {
	count := map[string]int{}
	for _, h := range n.heard {
		if h.from == identity {
			continue
		}
		if count[h.payload]++; count[h.payload] > 1 {
			return fmt.Errorf("expected %q once at %s, got it again", h.payload, n.addr)
		}
	}
	if want := 2 * (honest - 1); len(count) != want {
		return fmt.Errorf("expected %s to hear %d messages of its honest peers, got %d", n.addr, want, len(count))
	}
	return nil
}

// pair adds the twins. Each says its own name, and now and then it boots again and dials everybody anew.
func (s suite) pair(w scenario.World, peers []network.Addr, identity network.Addr) {
	for i, twin := range []struct {
		name string
		at   network.Addr
	}{{"first", identity}, {"second", w.Addr(len(peers) + 1)}} {
		var p p2p.P2P
		boot := func(h network.Host) { p = s.instance(h, identity, peers) }
		if twin.at == identity {
			w.Node(identity, boot)
		} else {
			w.Twin(identity, twin.at, boot)
		}
		for k := range 8 {
			w.At(time.Duration(2+k)*second, twin.at, "broadcasts", func() { scenario.Must(p.Broadcast(kind, []byte(twin.name))) })
		}
		for k := range 3 {
			at := time.Duration(3+2*k+i)*second + second/4
			w.Inject(scenario.Fault{Kind: scenario.Crash, At: at, For: second / 4, A: []network.Addr{twin.at}})
		}
	}
}
