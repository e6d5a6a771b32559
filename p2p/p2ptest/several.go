package p2ptest

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"strata/messaging"
	"strata/network"
	"strata/p2p"
	"strata/scenario"
)

// several is scenarios in which there are two of what a node may take to be one: kinds, addresses that fail, reasons
// to refuse a connection.
func (s suite) several() []scenario.Scenario {
	return []scenario.Scenario{
		// Whoever has one handler for all kinds, or keeps the first, mixes them up.
		scenario.New(scenario.Scenario{
			Name: "p2p/two-kinds", Step: "p2p.2", Rules: []string{"P2P-11"}, For: 4 * second, RealTime: true,
			Title: "Each handler hears the messages of its own kind.",
			Setup: s.twoKinds,
		}),
		// For a moment there are two ways to a peer, and one of them ends.
		scenario.New(scenario.Scenario{
			Name: "p2p/ask-when-replaced", Step: "p2p.3", Rules: []string{"P2P-11", "P2P-6"}, For: 8 * second,
			Title: "A question to a peer that has dialled again gets its answer, also a late one.",
			Setup: s.askWhenReplaced,
		}),
		// Waits of half a minute in all: 1, 2, 4, 8 and 8 s, for each of them.
		scenario.New(scenario.Scenario{
			Name: "p2p/back-off-each", Step: "p2p.4", Rules: []string{"P2P-13"}, For: 30 * second,
			Title: "Of several addresses that fail each has its own waits.",
			Setup: s.backOffEach,
		}),
		// News of one address is no news of another.
		scenario.New(scenario.Scenario{
			Name: "p2p/back-off-listed", Step: "p2p.4", Rules: []string{"P2P-13"}, For: 30 * second,
			Title: "Addresses of a list that fail have their waits, whoever arrives meanwhile.",
			Setup: s.backOffListed,
		}),
		// What is asked first, whether there is room or what became of the dial, must not matter.
		scenario.New(scenario.Scenario{
			Name: "p2p/back-off-full", Step: "p2p.4", Rules: []string{"P2P-13"}, For: 9 * second,
			Title: "An address that fails while the table is full is retried no sooner for that.",
			Setup: s.backOffFull,
		}),
		// Without peers there is nobody to disconnect, and a timer to end.
		scenario.New(scenario.Scenario{
			Name: "p2p/stop-idle", Step: "p2p.4", Rules: []string{"P2P-15"}, For: 6 * second, RealTime: true,
			Title: "Stop ends the rounds also of a node that never had a peer.",
			Setup: s.stopIdle,
		}),
		// A table that is full has no room for one more peer, but one of two connections is none more.
		scenario.New(scenario.Scenario{
			Name: "p2p/crossing-full", Step: "p2p.4", Rules: []string{"P2P-6", "P2P-7"}, For: 8 * second,
			Title: "Two crossing connections become one also while the table is full.",
			Setup: s.crossingFull,
		}),
	}
}

// otherKind is the second kind of the scenario that has two.
const otherKind messaging.Kind = "test:sing"

// twoKinds has a node with two handlers hear a message and a request of each kind. The order in which the kinds are
// registered is drawn.
func (s suite) twoKinds(w scenario.World) {
	kinds := []messaging.Kind{kind, otherKind}
	if w.Rand().IntN(2) == 0 {
		kinds = []messaging.Kind{otherKind, kind}
	}
	self, heard := w.Addr(0), make(map[messaging.Kind][]string)
	w.Node(self, func(h network.Host) {
		layer := Peers(s.stack, h, p2p.Config{Self: self, Interval: never})
		for _, k := range kinds {
			scenario.Must(layer.Handle(k, func(_ network.Addr, payload []byte) ([]byte, bool) {
				heard[k] = append(heard[k], string(payload))
				return []byte("of " + k), true
			}))
		}
		scenario.Must(layer.Start(nil))
	})
	// Requests of both kinds are under way at once.
	peer := s.raw(w, 1)
	replies := make(map[messaging.Kind]string)
	w.At(0, peer.Addr, "says hello, talks and asks, of both kinds", func() {
		peer.visit(self, func(c *link, _ []byte) {
			for _, k := range kinds {
				c.say(k, []byte("talk of "+k))
				c.request(k, []byte("question of "+k), func(reply []byte) { replies[k] += string(reply) })
			}
		})
	})
	w.Ends(self, P2P11Heard, func() error {
		for _, k := range kinds {
			want := []string{"talk of " + string(k), "question of " + string(k)}
			if err := scenario.Same("the handler of "+string(k)+" to hear", heard[k], want); err != nil {
				return err
			}
			if replies[k] != "of "+string(k) {
				return fmt.Errorf("expected one answer of the handler of %s, got %q", k, replies[k])
			}
		}
		return nil
	})
}

// askWhenReplaced asks a peer that has dialled again, as soon as its second hello is accepted. The peer takes three
// seconds to answer. On the connection that goes there would be no answer.
func (s suite) askWhenReplaced(w scenario.World) {
	node, peer := s.node(w, 0, setup{p2p: p2p.Config{Interval: never}}), s.raw(w, 1)
	peer.onMessage = func(c *link, m messaging.Message) {
		peer.Host.After(3*second, func() { c.respond(m, []byte("late")) })
	}
	w.At(0, peer.Addr, "says hello", func() { peer.visit(node.addr, nil) })
	w.At(second, peer.Addr, "says hello on a new connection", func() { peer.visit(node.addr, nil) })
	question := node.asks("asked when replaced")
	w.At(2*second, node.addr, "asks", func() { question.of(peer.Addr) })
	w.Ends(node.addr, P2P11Sends, func() error { return question.ended(nil, "late") })
}

// backOffEach has two to four bootstrap nodes that are never there. Each has to be dialled after 1, 2, 4 and then
// 8 s, whatever became of the others meanwhile.
func (s suite) backOffEach(w scenario.World) {
	cfg := p2p.Config{Interval: second / 4, BackoffMax: 8 * second}
	for i := range 2 + w.Rand().IntN(3) {
		cfg.Bootstrap = append(cfg.Bootstrap, w.Addr(i+1))
	}
	s.node(w, 0, setup{p2p: cfg}).keepsWaits(cfg, cfg.Bootstrap)
}

// backOffListed has two dead addresses in the answers of a peer, which a node with few peers asks again and again.
// A guest comes and goes five times meanwhile: their waits have nothing to do with that.
func (s suite) backOffListed(w scenario.World) {
	host, guest := s.raw(w, 0), s.raw(w, 1)
	dead := []network.Addr{w.Addr(3), w.Addr(4)}
	answer := func(c *link, m messaging.Message) {
		if messaging.Kind(m.Kind) == p2p.KindGetPeers {
			c.respond(m, []byte(commas(dead)))
		}
	}
	host.answer, host.onMessage, guest.onMessage = accepts(), answer, answer
	cfg := p2p.Config{Bootstrap: []network.Addr{host.Addr}, Interval: second / 4, BackoffMax: 8 * second}
	s.node(w, 2, setup{p2p: cfg}).keepsWaits(cfg, dead)
	for i := range 5 {
		at := time.Duration(3+5*i)*second + time.Duration(w.Rand().IntN(3000))*time.Millisecond
		w.At(at, guest.Addr, "says hello", func() { guest.visit(w.Addr(2), nil) })
		w.At(at+second, guest.Addr, "closes", guest.closeAll)
	}
}

// keepsWaits checks that the node dials each of these addresses, at which nobody is, after 1, 2, 4 s and so on up to
// the config's BackoffMax, and never more than a round beyond. A run of it takes half a minute.
func (n *node) keepsWaits(cfg p2p.Config, dead []network.Addr) {
	// Of each address: how often it was dialled, and when last.
	dials, last := make(map[network.Addr]int), make(map[network.Addr]time.Duration)
	n.onDial = func(to network.Addr) {
		if !slices.Contains(dead, to) {
			return
		}
		wait, gap := min(second<<max(0, dials[to]-1), cfg.BackoffMax), n.w.Now()-last[to]
		if dials[to] > 0 && (gap < wait || gap > wait+1500*time.Millisecond) {
			n.w.Fail(p2p13Doubles, "expected dial %d of %s, one of %d that fail, after %v and up to a round, "+
				"got it after %v", dials[to]+1, to, len(dead), wait, gap)
		}
		dials[to]++
		last[to] = n.w.Now()
	}
	n.w.Ends(n.addr, p2p13Failed, func() error {
		for _, to := range dead {
			if dials[to] < 5 {
				return fmt.Errorf("expected at least 5 dials of %s in 30 s, got %d", to, dials[to])
			}
		}
		return nil
	})
}

// backOffFull: M is 1, and two callers fill the table while the bootstrap node owes an answer. That one closes; then
// the callers go. A round with no peers comes soon, and the bootstrap node still has its wait before it.
func (s suite) backOffFull(w scenario.World) {
	// Between two rounds: the table is empty again when the second one comes.
	const closes, gone = 2800 * time.Millisecond, 3200 * time.Millisecond
	mute := s.raw(w, 3)
	node := s.node(w, 0, setup{p2p: p2p.Config{Bootstrap: []network.Addr{mute.Addr}, MaxPeers: 1,
		Interval: 2 * second, BackoffMin: 30 * second}})
	full := w.Sometimes("a dial failed while the table was full")
	for i := range 2 {
		caller := s.raw(w, i+1)
		w.At(2200*time.Millisecond, caller.Addr, "says hello", func() { caller.visit(node.addr, nil) })
		w.At(gone, caller.Addr, "closes", caller.closeAll)
	}
	w.At(closes, mute.Addr, "closes without an answer", func() {
		full(len(mute.open) > 0 && len(node.listed) == 2)
		mute.closeAll()
	})
	w.AtEnd(p2p13Failed, func() error {
		if mute.met > 1 {
			return fmt.Errorf("expected no second dial within 30 s of one that failed, got %d dials in 9 s", mute.met)
		}
		return nil
	})
}

// crossingFull: M is 1. The node, whose address is the smaller one, has dialled a peer that takes two seconds to
// accept. Meanwhile that peer dials it, and so does another: the table is full. The late acceptance is of a peer
// that is listed, and its connection is the one that stays.
func (s suite) crossingFull(w scenario.World) {
	nodeAt, peerAt := 0, 1
	if w.Addr(nodeAt) > w.Addr(peerAt) {
		nodeAt, peerAt = peerAt, nodeAt
	}
	peer, other := s.raw(w, peerAt), s.raw(w, 2)
	node := s.node(w, nodeAt, setup{p2p: p2p.Config{Bootstrap: []network.Addr{peer.Addr}, MaxPeers: 1,
		Interval: never}})
	full := w.Sometimes("the acceptance of a listed peer came to a full table")
	// Theirs was dialled by the node, ours by the peer.
	var theirs, ours *link
	peer.answer = func(c *link, hello messaging.Message) []byte {
		theirs = c
		peer.Host.After(2*second, func() {
			full(len(node.listed) == 2)
			c.respond(hello, reply(1))
		})
		return nil
	}
	w.At(second/2, peer.Addr, "dials the node", func() { peer.visit(node.addr, func(c *link, _ []byte) { ours = c }) })
	w.At(second, other.Addr, "dials the node", func() { other.visit(node.addr, nil) })
	node.neverOver(w, 2)
	w.AtEnd(P2P6One, func() error {
		if theirs == nil || ours == nil { // one of the dials was left out: nothing crosses
			return nil
		}
		if !theirs.Open() || ours.Open() {
			return errors.New("expected only the connection dialled by the smaller address to stay, got another")
		}
		return cmp.Or(node.lists(peer.Addr, other.Addr), node.told(2, 0))
	})
}

// stopIdle stops a node that never had a peer: it knows nobody, or an address at which nobody is; which is drawn.
// Its rounds end all the same.
func (s suite) stopIdle(w scenario.World) {
	cfg := p2p.Config{}
	if w.Rand().IntN(2) == 0 {
		cfg.Bootstrap = []network.Addr{w.Addr(1)}
	}
	node, dialled := s.node(w, 0, setup{p2p: cfg}), -1
	w.At(2500*time.Millisecond, node.addr, "stops", func() {
		node.p2p.Stop()
		node.stopped()
		dialled = len(node.host.dialled)
	})
	w.Ends(node.addr, p2p15After, func() error {
		if dialled < 0 { // the stop was left out
			return nil
		}
		if got, u := len(node.host.dialled), w.Usage(node.addr); got != dialled || u != (scenario.Usage{}) {
			return fmt.Errorf("expected nothing to be left after Stop, and no dial, got %v, %d dials", u, got-dialled)
		}
		return nil
	})
}
