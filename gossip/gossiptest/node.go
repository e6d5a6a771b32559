package gossiptest

import (
	"fmt"
	"strconv"
	"time"

	"strata/gossip"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
	"strata/p2p/p2ptest"
	"strata/scenario"
)

// kind is what the nodes of the scenarios gossip about, and onWire the kind that peers see, written
// down from GSP-1.
const (
	kind   messaging.Kind = "test:news"
	onWire messaging.Kind = "gossip:test:news"
)

// never is an interval that no scenario lives to see.
const never = 24 * time.Hour

// links says whom a node dials. Peers are not maintained, so that the network stays as it is built.
func links(to ...network.Addr) p2p.Config {
	return p2p.Config{Bootstrap: to, MaxPeers: 60, MaxDials: 60, Interval: never}
}

// node runs the layer that is graded on one node. Its counts go on over crashes, what the layer knows does not.
type node struct {
	w      scenario.World
	addr   network.Addr
	peers  *peersSpy
	gossip gossip.Gossip
	lives  int // times that it has booted

	heard []heard
	// onHeard is the handler; nil passes everything on.
	onHeard func(h heard) (pass bool)
}

// heard is a message that reached the handler.
type heard struct {
	from    network.Addr
	payload string
}

// setup says how to build a node. The zero value has the defaults of both layers.
type setup struct {
	p2p    p2p.Config
	gossip gossip.Config
}

// node adds the n-th node of the world, which runs the graded layer.
func (s suite) node(w scenario.World, number int, cfg setup) *node {
	n := &node{w: w, addr: w.Addr(number)}
	w.Node(n.addr, func(h network.Host) {
		n.lives++
		n.peers = &peersSpy{P2P: s.below(h, n.addr, cfg.p2p), handlers: make(map[messaging.Kind]p2p.Handler)}
		n.gossip = s.stack.NewGossip(h, n.peers, scenario.Complete(cfg.gossip))
		scenario.Must(n.gossip.Handle(kind, n.hear))
		scenario.Must(n.gossip.Start(nil))
	})
	return n
}

// below builds the layers below gossip.
func (s suite) below(h network.Host, addr network.Addr, cfg p2p.Config) p2p.P2P {
	cfg.Self = addr
	return p2ptest.Peers(s.stack.Stack, h, cfg)
}

// hear is the handler of the layer above: it notes what comes, and passes on what the scenario says.
func (n *node) hear(from network.Addr, payload []byte) bool {
	h := heard{from, string(payload)}
	n.heard = append(n.heard, h)
	return n.onHeard == nil || n.onHeard(h)
}

// handlesOnce fails the run if the handler gets a payload twice in one life of the node: what a crash forgets
// may come again. next is told of each payload; all of them are passed on.
func (n *node) handlesOnce(next func(payload string)) {
	handled := map[string]bool{}
	n.onHeard = func(h heard) bool {
		key := fmt.Sprintf("life %d: %s", n.lives, h.payload)
		if handled[key] {
			n.w.Fail(GSP3Once, "expected %q to be handled once, got it a second time at %s", h.payload, n.addr)
		}
		handled[key] = true
		next(h.payload)
		return true
	}
}

// says has the node broadcast one of its messages at that time.
func (n *node) says(t time.Duration, number int) {
	n.w.At(t, n.addr, "broadcasts", func() {
		scenario.NoError(n.w, gsp2Error, "Broadcast", n.gossip.Broadcast(kind, []byte(n.saying(number))))
	})
}

// saying is a message that no other node has.
func (n *node) saying(number int) string { return fmt.Sprintf("%s, number %d", n.addr, number) }

// times counts how often the handler heard the payload.
func (n *node) times(payload string) int {
	count := 0
	for _, h := range n.heard {
		if h.payload == payload {
			count++
		}
	}
	return count
}

// hears returns nil if the handler heard exactly these payloads so far, in any order. Without any it must have
// heard nothing.
func (n *node) hears(want ...string) error {
	var got []string
	for _, h := range n.heard {
		got = append(got, h.payload)
	}
	return scenario.Same("the handler at "+string(n.addr)+" to get", got, want)
}

// peersSpy stands between gossip and the peers below: it counts what comes in, before gossip sees it, and keeps
// the handler, so that a scenario can slip in a message in the middle of another.
type peersSpy struct {
	p2p.P2P
	handlers map[messaging.Kind]p2p.Handler
	received int // gossip messages that came in
}

// Handle puts the counter before the handler.
func (s *peersSpy) Handle(kind messaging.Kind, h p2p.Handler) error {
	s.handlers[kind] = h
	return s.P2P.Handle(kind, func(from network.Addr, payload []byte) ([]byte, bool) {
		s.received++
		return h(from, payload)
	})
}

// bare is a peer without gossip: it sends and hears the bytes that gossip is made of.
type bare struct {
	addr  network.Addr
	peers p2p.P2P
	got   []string // payloads with their ids
	from  []network.Addr
	// onGot is called with each message.
	onGot func(from network.Addr, payload []byte)
}

// bare adds the n-th node of the world, which is a bare peer.
func (s suite) bare(w scenario.World, number int, dials ...network.Addr) *bare {
	peer := &bare{addr: w.Addr(number)}
	w.Node(peer.addr, func(h network.Host) {
		peer.peers = s.below(h, peer.addr, links(dials...))
		scenario.Must(peer.peers.Handle(onWire, func(from network.Addr, payload []byte) ([]byte, bool) {
			peer.got = append(peer.got, string(payload))
			peer.from = append(peer.from, from)
			if peer.onGot != nil {
				peer.onGot(from, payload)
			}
			return nil, false
		}))
		scenario.Must(peer.peers.Start(nil))
	})
	return peer
}

// gets returns nil if so many messages came to the peer.
func (b *bare) gets(want int) error {
	if len(b.got) != want {
		return fmt.Errorf("expected %d messages at %s, got %d", want, b.addr, len(b.got))
	}
	return nil
}

// send sends the node bytes as they are.
func (b *bare) send(w scenario.World, to network.Addr, payload string) {
	if err := b.peers.Send(to, onWire, []byte(payload)); err != nil {
		w.Fail(p2ptest.P2P11Sends, "expected %s to be a peer of %s, got the error %v", to, b.addr, err)
	}
}

// id makes a message id that is easy to recognise: 16 bytes of text with the number in it.
func id(n int) string {
	digits := strconv.Itoa(n)
	return "message " + "00000000"[:8-len(digits)] + digits
}
