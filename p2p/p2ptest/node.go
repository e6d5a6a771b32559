package p2ptest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"strata/messaging"
	"strata/network"
	"strata/p2p"
	"strata/scenario"
)

// kind is what the nodes of the scenarios talk about.
const kind messaging.Kind = "test:talk"

// never is an interval of maintenance that no scenario lives to see: the steps before maintenance
// are graded without it.
const never = time.Hour

// node runs the layer that is graded on one node, and watches it: who is listed according to the
// events, what the handler hears, what the layers below are told to do.
type node struct {
	w    scenario.World
	addr network.Addr
	host *hostSpy
	net  *netSpy
	p2p  p2p.P2P

	// What the layer above knows. A crash empties the list, but not the counts and what was heard.
	listed   map[network.Addr]bool // according to PeerArrived and PeerLost
	arrivals int
	losses   int
	heard    []heard

	// What a scenario does besides, in the events; these may be nil.
	onDial    func(to network.Addr)
	onArrived func(peer network.Addr)
	onLost    func(peer network.Addr)
	onHeard   func(h heard) (reply []byte, ok bool)
}

// heard is a message that reached the handler, under the address that it was told.
type heard struct {
	from    network.Addr
	payload string
}

// setup says how to build a node. Its p2p config needs no Self, and its network config no Listen.
type setup struct {
	network   network.Config
	p2p       p2p.Config
	handle    bool // register a handler of kind
	onArrived func(n *node, peer network.Addr)
}

// node adds the n-th node of the world, which runs the graded layer.
func (s suite) node(w scenario.World, number int, cfg setup) *node {
	n := &node{w: w, addr: w.Addr(number)}
	if cfg.onArrived != nil {
		n.onArrived = func(peer network.Addr) { cfg.onArrived(n, peer) }
	}
	w.Node(n.addr, func(h network.Host) { n.boot(s.stack, h, cfg) })
	return n
}

// Peers builds layers 1 to 3 as whoever uses them would: with their defaults, and cfg for p2p. The suites
// of higher layers stand on it.
func Peers(stack p2p.Stack, h network.Host, cfg p2p.Config) p2p.P2P {
	net := stack.NewNetwork(h, scenario.Complete(network.Config{Listen: cfg.Self}))
	msg := stack.NewMessaging(h, net, scenario.Complete(messaging.Config{}))
	if cfg.Interval < never || len(cfg.Bootstrap) == 0 {
		return stack.NewP2P(h, net, msg, scenario.Complete(cfg))
	}
	spy := &hostSpy{Host: h, rounds: make(map[network.TimerID]func())}
	return withoutRounds{stack.NewP2P(spy, net, msg, scenario.Complete(cfg)), spy}
}

// withoutRounds is a layer whose rounds of maintenance never come, but the first, if it needs that to dial.
type withoutRounds struct {
	p2p.P2P
	host *hostSpy
}

// Start starts the layer.
func (l withoutRounds) Start(w p2p.Watcher) error {
	err := l.P2P.Start(w)
	l.host.firstRound()
	return err
}

// boot builds the layers on a new host, with the spies between them, and starts.
func (n *node) boot(stack p2p.Stack, h network.Host, cfg setup) {
	cfg.network.Listen, cfg.p2p.Self = n.addr, n.addr
	netCfg := scenario.Complete(cfg.network)
	msgCfg := scenario.Complete(messaging.Config{})
	p2pCfg := scenario.Complete(cfg.p2p)
	n.listed = make(map[network.Addr]bool)
	n.host = &hostSpy{Host: h, onDial: n.onDial, rounds: make(map[network.TimerID]func())}
	n.net = &netSpy{Network: stack.NewNetwork(n.host, netCfg), open: make(map[network.ConnID]network.Side)}
	msg := stack.NewMessaging(n.host, n.net, msgCfg)
	n.p2p = stack.NewP2P(n.host, n.net, msg, p2pCfg)
	if cfg.handle {
		scenario.Must(n.p2p.Handle(kind, n.hear))
	}
	scenario.Must(n.p2p.Start(n))
	if len(cfg.p2p.Bootstrap) > 0 {
		n.host.firstRound()
	}
}

// hear is the handler: it holds the node to P2P-11 and notes what came.
func (n *node) hear(from network.Addr, payload []byte) ([]byte, bool) {
	if !n.listed[from] {
		n.w.Fail(P2P11Heard, "expected only messages of listed peers at %s, got %q from %q", n.addr, payload, from)
	}
	h := heard{from, string(payload)}
	n.heard = append(n.heard, h)
	if n.onHeard != nil {
		return n.onHeard(h)
	}
	return nil, false
}

// PeerArrived holds what the events promise: who is listed arrives once.
func (n *node) PeerArrived(peer network.Addr) {
	if n.listed[peer] {
		n.w.Fail(P2P6Listed, "expected one PeerArrived of %s at %s, got a second one while it is listed", peer, n.addr)
	}
	if peer == n.addr {
		n.w.Fail(p2p5Itself, "expected %s never to peer with itself, got PeerArrived of its own address", n.addr)
	}
	n.listed[peer] = true
	n.arrivals++
	if n.onArrived != nil {
		n.onArrived(peer)
	}
}

// PeerLost holds what the events promise: who is lost was listed, and is no longer listed.
func (n *node) PeerLost(peer network.Addr) {
	if !n.listed[peer] {
		n.w.Fail(P2P10Lost, "expected PeerLost of listed peers only at %s, got one of %s", n.addr, peer)
	}
	delete(n.listed, peer)
	n.losses++
	if slices.Contains(n.p2p.Peers(), peer) {
		n.w.Fail(P2P10Lost, "expected %s to be off the list of %s when PeerLost is called, got it listed", peer, n.addr)
	}
	if n.onLost != nil {
		n.onLost(peer)
	}
}

// lists returns nil if the node's peers are exactly these, by its list and by its events: what a caller that
// asks sees, and what a watcher that listens knows, must never differ.
func (n *node) lists(want ...network.Addr) error {
	if n.p2p == nil {
		return fmt.Errorf("expected %s to be up, got it down", n.addr)
	}
	// Peers promises ascending order.
	want = slices.Sorted(slices.Values(want))
	if got := n.p2p.Peers(); !slices.Equal(got, want) {
		return fmt.Errorf("expected the peers of %s to be %s, got %s", n.addr, join(want), join(got))
	}
	if len(n.listed) != len(want) {
		return fmt.Errorf("expected %d peers of %s by the events, got %d", len(want), n.addr, len(n.listed))
	}
	return nil
}

// told returns nil if the watcher has been told of so many arrivals and losses.
func (n *node) told(arrivals, losses int) error {
	if n.arrivals != arrivals || n.losses != losses {
		return fmt.Errorf("expected %d PeerArrived and %d PeerLost at %s, got %d and %d",
			arrivals, losses, n.addr, n.arrivals, n.losses)
	}
	return nil
}

// neverOver checks that the node never has more peers than most, which is twice its MaxPeers (P2P-7).
func (n *node) neverOver(w scenario.World, most int) {
	w.Always(p2p7Most, func() error {
		if got := len(n.listed); got > most {
			return fmt.Errorf("expected at most %d peers, 2M, got %d", most, got)
		}
		return nil
	})
}

// hears returns nil if the handler heard exactly these payloads so far, in any order.
func (n *node) hears(want ...string) error {
	var got []string
	for _, h := range n.heard {
		got = append(got, h.payload)
	}
	return scenario.Same(fmt.Sprintf("%s to hear", n.addr), got, want)
}

// join is a list of addresses in a report.
func join(addrs []network.Addr) string {
	if len(addrs) == 0 {
		return "nobody"
	}
	return strings.Join(texts(addrs), " ")
}
