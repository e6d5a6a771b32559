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
// talk. Of both, one is listed at a time, and the others do not suffer: every honest node keeps its
// honest peers all the while, hears each of their broadcasts once, and lists nobody twice.
func (s suite) twins(w scenario.World) {
	const honest = 6
	identity, nodes, addrs := w.Addr(0), []*node(nil), []network.Addr(nil)
	for i := range honest {
		addrs = append(addrs, w.Addr(1+i))
	}
	both := w.Sometimes("a node heard both twins")
	for i := range honest {
		node := s.node(w, 1+i, setup{handle: true,
			p2p: p2p.Config{Bootstrap: append([]network.Addr{identity}, addrs[:i]...), MaxPeers: 8, Interval: never}})
		nodes = append(nodes, node)
		// Both names have to be heard for the scenario to be what it is for.
		said := map[string]bool{}
		node.onHeard = func(h heard) ([]byte, bool) {
			said[h.payload] = true
			both(said["first"] && said["second"])
			return nil, false
		}
		// That the twin is lost now and then is right: its connections replace each other.
		node.onLost = func(peer network.Addr) {
			if peer != identity {
				w.Fail(p2p6Others, "expected %s to keep its honest peers while a peer has a twin, got %s lost",
					node.addr, peer)
			}
		}
		for k := range 2 {
			w.At(time.Duration(5+2*k)*second, node.addr, "broadcasts", func() {
				text := fmt.Appendf(nil, "%d from %s", k, node.addr)
				scenario.NoError(w, p2p12Errors, "Broadcast", node.p2p.Broadcast(kind, text))
			})
		}
	}
	s.pair(w, addrs, identity)
	for _, n := range nodes {
		w.Ends(n.addr, p2p6Others, func() error { return listsHonest(n, honest, identity) })
		w.AtEnd(p2p5Once, n.once)
		w.Ends(n.addr, p2p12All, func() error { return hearsOnce(n, honest, identity) })
	}
}

// instance runs the layer, as whoever uses it would, under an identity. Nobody watches it: what a twin sees is
// its own business.
func (s suite) instance(h network.Host, identity network.Addr, peers []network.Addr) p2p.P2P {
	layer := Peers(s.stack, h, p2p.Config{Self: identity, Bootstrap: peers, MaxPeers: 8, Interval: never})
	scenario.Must(layer.Handle(kind, func(network.Addr, []byte) ([]byte, bool) { return nil, false }))
	scenario.Must(layer.Start(nil))
	return layer
}

// once returns nil if the node lists nobody twice.
func (n *node) once() error {
	if n.p2p == nil {
		return nil
	}
	peers := n.p2p.Peers()
	if len(slices.Compact(slices.Sorted(slices.Values(peers)))) != len(peers) {
		return fmt.Errorf("expected each address once on the list of %s, got %s", n.addr, join(peers))
	}
	return nil
}

// listsHonest returns nil if the node lists all the other honest ones.
func listsHonest(n *node, honest int, identity network.Addr) error {
	peers := n.p2p.Peers()
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

// pair adds the twins. Each says its own name, and now and then it boots again and dials everybody
// again.
func (s suite) pair(w scenario.World, peers []network.Addr, identity network.Addr) {
	for i, twin := range []struct {
		name string
		at   network.Addr
	}{{"first", identity}, {"second", w.Addr(len(peers) + 1)}} {
		var layer p2p.P2P
		boot := func(h network.Host) { layer = s.instance(h, identity, peers) }
		if twin.at == identity {
			w.Node(identity, boot)
		} else {
			w.Twin(identity, twin.at, boot)
		}
		// Each twin talks once a second, under the address of both.
		for k := range 8 {
			w.At(time.Duration(2+k)*second, twin.at, "broadcasts", func() {
				scenario.Must(layer.Broadcast(kind, []byte(twin.name)))
			})
		}
		// A twin that boots again forgets its connections, and dials everybody as if it were new.
		for k := range 3 {
			at := time.Duration(3+2*k+i)*second + second/4
			w.Inject(scenario.Fault{Kind: scenario.Crash, At: at, For: second / 4, A: []network.Addr{twin.at}})
		}
	}
}
