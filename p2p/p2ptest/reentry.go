package p2ptest

import (
	"fmt"
	"slices"
	"time"

	"strata/messaging"
	"strata/network"
	"strata/p2p"
	"strata/scenario"
)

// reentry is scenarios in which the layer above calls back at odd moments, and in which there are two of what
// there is usually one of.
func (s suite) reentry() []scenario.Scenario {
	return []scenario.Scenario{
		scenario.New(scenario.Scenario{
			Name: "p2p/two-excepted", Step: "p2p.3", Rules: []string{"P2P-12"}, For: 3 * second, RealTime: true,
			Title: "A broadcast leaves out every excepted peer, however many and in whatever order.",
			Setup: s.twoExcepted,
		}),
		scenario.New(scenario.Scenario{
			Name: "p2p/broadcast-in-handler", Step: "p2p.3", Rules: []string{"P2P-12", "P2P-11"}, For: 4 * second,
			RealTime: true,
			Title:    "A handler may broadcast, of its own kind and of another one.",
			Setup:    s.broadcastInHandler,
		}),
		scenario.New(scenario.Scenario{
			Name: "p2p/lose-siblings", Step: "p2p.3", Rules: []string{"P2P-10"}, For: 4 * second,
			Title: "The news of a lost peer may lose others: each is told once.",
			Setup: s.loseSiblings,
		}),
		// From each event, and from a handler: whatever the layer was about to do then must not be done.
		scenario.New(scenario.Scenario{
			Name: "p2p/stop-in-event", Step: "p2p.4", Rules: []string{"P2P-15", "P2P-10"}, For: 5 * second,
			Title: "The layer may be stopped in every event: nothing is left, and nothing is done afterwards.",
			Setup: s.stopInEvent,
		}),
		scenario.New(scenario.Scenario{
			Name: "p2p/many-failures", Step: "p2p.4", Rules: []string{"P2P-13"}, For: 15 * second,
			Title: "An address that fails very often is dialled no sooner for that.",
			Setup: s.manyFailures,
		}),
		scenario.New(scenario.Scenario{
			Name: "p2p/start-in-use", Step: "p2p.4", Rules: []string{"NET-10"}, For: 2 * second,
			Title: "A node that cannot listen at its address does not start.",
			Setup: s.startInUse,
		}),
	}
}

// twoExcepted broadcasts to five peers, except to two of them, and then except to all. Which two, and in what
// order they are named, is drawn.
func (s suite) twoExcepted(w scenario.World) {
	node := s.node(w, 0, setup{p2p: p2p.Config{Interval: never}})
	raws := s.visitors(w, node, 5)
	order := w.Rand().Perm(len(raws))
	var all []network.Addr
	for _, i := range order {
		all = append(all, raws[i].Addr)
	}
	w.At(second, node.addr, "broadcasts, except to two", func() {
		scenario.NoError(w, p2p12Errors, "Broadcast", node.p2p.Broadcast(kind, []byte("some"), all[0], all[1]))
	})
	w.At(3*second/2, node.addr, "broadcasts, except to all", func() {
		scenario.NoError(w, p2p12Errors, "Broadcast", node.p2p.Broadcast(kind, []byte("nobody"), all...))
	})
	w.At(2*second, node.addr, "broadcasts, except to one twice and to a stranger", func() {
		scenario.NoError(w, p2p12Errors, "Broadcast", node.p2p.Broadcast(kind, []byte("most"), "stranger:1", all[4],
			all[4]))
	})
	want := map[network.Addr][]string{all[0]: {"most"}, all[1]: {"most"}, all[2]: {"some", "most"},
		all[3]: {"some", "most"}, all[4]: {"some"}}
	for _, peer := range raws {
		w.Ends(peer.Addr, p2p12All, func() error { return peer.got(want[peer.Addr]...) })
	}
}

// relayed is what the node of broadcastInHandler makes of a message: a broadcast of another kind.
const relayed messaging.Kind = "test:relayed"

// broadcastInHandler has peers talk, one of them twice in one piece. The node's handler broadcasts what it hears
// to all but the sender, as another kind, and answers with a broadcast of the same kind. Each of it has to come
// to everybody that it is for.
func (s suite) broadcastInHandler(w scenario.World) {
	node := s.node(w, 0, setup{handle: true, p2p: p2p.Config{Interval: never}})
	node.onHeard = func(h heard) ([]byte, bool) {
		scenario.NoError(w, p2p12Errors, "Broadcast", node.p2p.Broadcast(relayed, []byte(h.payload), h.from))
		scenario.NoError(w, p2p12Errors, "Broadcast", node.p2p.Broadcast(kind, []byte("heard "+h.payload)))
		return nil, false
	}
	raws := s.visitors(w, node, 3)
	for i, text := range []string{"a", "b", "c"} {
		w.At(2*second, raws[i%2].Addr, "talks", func() {
			for _, conn := range raws[i%2].open {
				conn.say(kind, []byte(text))
			}
		})
	}
	said := func(by int) []string { return [][]string{{"a", "c"}, {"b"}, nil}[by] }
	for i, peer := range raws {
		var kinds, relays []string
		for from := range raws {
			for _, text := range said(from) {
				kinds = append(kinds, "heard "+text)
				if from != i {
					relays = append(relays, text)
				}
			}
		}
		w.Ends(peer.Addr, p2p12All, func() error {
			if len(node.heard) < 3 {
				return nil // somebody did not talk
			}
			if err := peer.gotOf(kind, kinds); err != nil {
				return err
			}
			return peer.gotOf(relayed, relays)
		})
	}
}

// gotOf returns nil if these regular messages of a kind came to a raw peer, in any order, and no others.
func (r *raw) gotOf(of messaging.Kind, want []string) error {
	var got []string
	for _, conn := range slices.Concat(r.open, r.past) {
		for _, m := range conn.messages {
			if m.Type == messaging.TypeRegular && messaging.Kind(m.Kind) == of {
				got = append(got, string(m.Payload))
			}
		}
	}
	return scenario.Same(fmt.Sprintf("the messages of kind %s at %s to be", of, r.Addr), got, want)
}

// loseSiblings loses a peer, and in that event the connections of all others: behind the layer's back, as a
// network does that closes them. A peer closes, or the layer stops; which is drawn. Each peer is lost once.
func (s suite) loseSiblings(w scenario.World) {
	node := s.node(w, 0, setup{p2p: p2p.Config{Interval: never}})
	raws := s.visitors(w, node, 4)
	node.onLost = func(network.Addr) { node.net.closeAll() }
	if w.Rand().IntN(2) == 0 {
		w.At(2*second, node.addr, "stops", func() {
			node.p2p.Stop()
			node.stopped()
		})
	} else {
		closing := raws[w.Rand().IntN(4)]
		w.At(2*second, closing.Addr, "closes", closing.closeAll)
	}
	w.Ends(node.addr, P2P10Lost, func() error {
		if node.losses == 0 {
			return nil
		}
		if node.losses != node.arrivals || len(node.p2p.Peers()) > 0 {
			return fmt.Errorf("expected each of %d peers to be lost once, got %d losses and %d peers",
				node.arrivals, node.losses, len(node.p2p.Peers()))
		}
		return nil
	})
}

// stopped checks that a node that has stopped has nothing left on its host. Dials end by themselves.
func (n *node) stopped() {
	if u := n.w.Usage(n.addr); u.Timers+u.Listeners+u.Streams > 0 {
		n.w.Fail(p2p15After, "expected nothing to be left right after Stop, got %v", u)
	}
}

// stopInEvent stops the layer in an event, which is drawn: a peer arrives that was dialled, or that dialled;
// one is lost that closed, or that was one too many in a round; a message is heard. A moment later, when the
// layer has returned from whatever it was doing, nothing may be left, and no dial and no event may follow.
func (s suite) stopInEvent(w scenario.World) {
	when := w.Rand().IntN(5)
	peer := s.raw(w, 0)
	peer.answer = accepts(w.Addr(6), w.Addr(7)) // there is always more to dial
	cfg := setup{handle: true, p2p: p2p.Config{Bootstrap: []network.Addr{peer.Addr, w.Addr(6)}, MaxPeers: 2,
		Interval: 3 * second / 2}}
	node := s.node(w, 1, cfg)
	stop := node.stopsWhen(when, peer.Addr)
	var callers []*raw
	for i := range 3 { // with the first one more than two, so that a round has to disconnect some
		caller := s.raw(w, 2+i)
		callers = append(callers, caller)
		w.At(second/2, caller.Addr, "says hello", func() {
			caller.visit(node.addr, func(conn *link, _ []byte) { conn.request(kind, []byte("hello"), func([]byte) {}) })
		})
	}
	if when == 2 {
		w.At(5*second/4, callers[0].Addr, "closes", callers[0].closeAll)
	}
	happened := w.Sometimes([]string{"stopped when a dialled peer arrived", "stopped when a caller arrived",
		"stopped when a peer closed", "stopped in a round", "stopped by a message"}[when])
	w.Ends(node.addr, p2p15After, func() error {
		happened(stop.stopped)
		return stop.nothingFollowed()
	})
}

// stopping is what was so when a node stopped in one of its own events.
type stopping struct {
	node            *node
	stopped         bool
	dialled, events int
}

// stopsWhen has the node stop in an event: 0 is the arrival of the peer that it dialled, 1 that of another, 2 and 3
// a loss, 4 a message.
func (n *node) stopsWhen(when int, dialled network.Addr) *stopping {
	stop := &stopping{node: n}
	n.onArrived = func(arrived network.Addr) {
		if when == 0 && arrived == dialled || when == 1 && arrived != dialled {
			stop.now()
		}
	}
	n.onLost = func(network.Addr) {
		if when == 2 || when == 3 {
			stop.now()
		}
	}
	n.onHeard = func(heard) ([]byte, bool) {
		if when == 4 {
			stop.now()
		}
		return nil, true
	}
	return stop
}

// now stops the node, once, and looks at it when it has returned from what it was doing.
func (s *stopping) now() {
	if s.stopped {
		return
	}
	s.stopped = true
	s.node.p2p.Stop()
	s.dialled, s.events = len(s.node.host.dialled), s.node.arrivals+s.node.losses
	s.node.host.Host.After(0, func() { s.node.stopped() })
}

// nothingFollowed returns nil if no dial and no event came after Stop, and nothing is left. Those who were listed
// at Stop are told of within it.
func (s *stopping) nothingFollowed() error {
	if !s.stopped {
		return nil
	}
	dials, events := len(s.node.host.dialled)-s.dialled, s.node.arrivals+s.node.losses-s.events
	if dials != 0 || events != 0 {
		return fmt.Errorf("expected no dial and no event after Stop, got %d dials and %d events", dials, events)
	}
	if got := s.node.w.Usage(s.node.addr); got != (scenario.Usage{}) {
		return fmt.Errorf("expected nothing to be left after Stop, got %v", got)
	}
	return nil
}

// manyFailures has an address fail a hundred times. The waits are short and bounded: from 10 ms to 200 ms, with
// a round every 50 ms. If the wait overflows when it has doubled often enough, dials come in every round.
func (s suite) manyFailures(w scenario.World) {
	const longest = 200 * time.Millisecond
	node := s.node(w, 0, setup{p2p: p2p.Config{Bootstrap: []network.Addr{w.Addr(1)}, Interval: longest / 4,
		BackoffMin: 10 * time.Millisecond, BackoffMax: longest}})
	last, dials := time.Duration(0), 0
	often := w.Sometimes("an address failed more often than a wait can double")
	node.onDial = func(network.Addr) {
		dials++
		// From the dial to its failure a moment passes, and from there on the wait is counted.
		if gap := w.Now() - last; dials > 8 && gap < longest {
			w.Fail(p2p13Doubles, "expected a wait of %v before dial %d of an address that fails, got %v",
				longest, dials, gap)
		}
		last = w.Now()
	}
	w.Ends(node.addr, p2p13Doubles, func() error {
		often(dials > 40)
		if dials < 30 {
			return fmt.Errorf("expected an address to be tried again after 200 ms at the most, and a round, "+
				"got %d dials in 15 s", dials)
		}
		return nil
	})
}

// startInUse starts a second layer on the host and at the address of the first.
func (s suite) startInUse(w scenario.World) {
	node := s.node(w, 0, setup{p2p: p2p.Config{Interval: never}})
	w.At(second/2, node.addr, "starts a second layer at its address", func() {
		again := Peers(s.stack, node.host.Host, p2p.Config{Self: node.addr, Interval: never})
		if err := again.Start(nil); !scenario.Only(err, network.ErrAddrInUse) {
			w.Fail(scenario.NET10InUse, "expected ErrAddrInUse of Start where somebody listens, got %v", err)
		}
	})
}
