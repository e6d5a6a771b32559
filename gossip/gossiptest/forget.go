package gossiptest

// The seen-set cannot be looked at. What is in it shows by what happens to a message that comes again: it is
// handled if its id was forgotten, and not if it is known.

import (
	"fmt"
	"time"

	"strata/network"
	"strata/scenario"
)

// forget sends one message at 2 s, at 4 min when it is known, and at 7 min when it is not: had the
// second one counted again, it would be known until 9 min. A second later it is known again.
func (s suite) forget(w scenario.World) {
	node, around := s.star(w, 1, setup{})
	peer := around[0]
	// Forgotten between 5 and 6 minutes after 2 s, as the sweep comes: known at 4, not known at 7.
	for i, t := range []time.Duration{2 * second, 4 * time.Minute, 7 * time.Minute, 7*time.Minute + second} {
		w.At(t, peer.addr, "sends the message", func() { peer.send(w, node.addr, id(1)+"news") })
		want := []int{1, 1, 2, 2}[i]
		w.At(t+second/2, node.addr, "looks at what it heard", func() {
			if got := node.times("news"); got != want {
				w.Fail(gsp7Forgets,
					"expected the id to be remembered for 5 to 6 minutes, and so %d messages to be handled "+
						"at %v, got %d", want, t, got)
			}
		})
	}
}

// forgetEach has a node remember three ids while other messages come all the time: that of a peer's message, at
// 2 s; its own, a second later; and that of another message, at 4 min. All three come again at 7 min. The first
// two are forgotten by then, each by its own age, and the third is not: an id does not become older by those that
// are, nor does what comes put the sweep off.
func (s suite) forgetEach(w scenario.World) {
	node, around := s.star(w, 1, setup{})
	peer := around[0]
	own := "" // its bytes
	peer.onGot = func(_ network.Addr, payload []byte) { own = string(payload) }
	sends := func(t time.Duration, what string, text func() string) {
		w.At(t, peer.addr, "sends "+what, func() { peer.send(w, node.addr, text()) })
	}
	first := func() string { return id(1) + "first" }
	late := func() string { return id(2) + "late" }
	for i := range 14 {
		sends(3*second+time.Duration(i)*30*second, "another message", func() string { return id(100+i) + "other" })
	}
	sends(2*second, "the first message", first)
	node.says(3*second, 0)
	sends(4*time.Minute, "the late message", late)
	for _, again := range []func() string{first, late, func() string { return own }} {
		sends(7*time.Minute, "a message again", again)
	}
	for _, of := range []struct {
		payload string
		want    int
	}{{"first", 2}, {"late", 1}, {node.saying(0), 1}} {
		w.Ends(node.addr, gsp7Forgets, func() error {
			if got := node.times(of.payload); got != of.want {
				return fmt.Errorf("expected each id to be remembered for 5 to 6 minutes from its own time, and so %q "+
					"to be handled %d times, got %d", of.payload, of.want, got)
			}
			return nil
		})
	}
}

// swept sends a copy of a message just before a sweep forgets its id. The copy may be handled or not,
// as the sweep comes before it or after, and then no other one is: a sweep that forgets an id which has
// just come again would let a third be handled.
func (s suite) swept(w scenario.World) {
	node, around := s.star(w, 1, setup{})
	peer := around[0]
	underWay := w.Sometimes("the seen ids were swept while a copy was under way")
	// A piece takes up to 0.15 s: what is sent 50 ms before the sweep is on its way when it comes.
	const sweep = 6 * time.Minute
	// What had come when the sweep ran, and how often it had been handled.
	before, copies := 0, 0
	for _, t := range []time.Duration{2 * second, sweep - second/20, sweep + second} {
		w.At(t, peer.addr, "sends the message", func() { peer.send(w, node.addr, id(1)+"rumour") })
	}
	w.At(sweep, node.addr, "counts what has come", func() {
		before, copies = node.peers.received, node.times("rumour")
	})
	w.At(sweep+second/2, node.addr, "counts again", func() { underWay(node.peers.received > before && copies == 1) })
	w.Ends(node.addr, gsp7Forgets, func() error {
		if got := node.times("rumour"); got > 2 {
			return fmt.Errorf("expected an id that came at 2 s, and twice about 6 min, to be handled once or twice, "+
				"got %d times", got)
		}
		return nil
	})
}

// maxSeen: room for four ids. After five the first is forgotten, and the others are not; an id that
// comes again while it is known does not become younger by that. The script says of each message
// whether it is new to the node.
func (s suite) maxSeen(w scenario.World) {
	cfg := setup{}
	cfg.gossip.MaxSeen = 4
	node, around := s.star(w, 1, cfg)
	peer := around[0]
	again := w.Sometimes("an id that had made room came again and pushed out another")
	node.onHeard = func(h heard) bool {
		again(node.times("0: 1") == 1 && h.payload == "10: 1")
		return true
	}
	// 1 to 4 fill the set, 5 pushes out 1; 2 to 5 are known, and then 1 comes again and pushes out 2.
	script := []struct {
		id    int
		fresh bool
	}{{1, true}, {2, true}, {3, true}, {4, true}, {1, false}, {5, true}, {2, false}, {3, false}, {4, false}, {5, false},
		{1, true}, {3, false}, {1, false}, {2, true}}
	w.At(3*second/2, peer.addr, "sends", func() {
		for i, step := range script {
			peer.send(w, node.addr, id(step.id)+fmt.Sprintf("%d: %d", i, step.id))
		}
	})
	var want []string
	for i, step := range script {
		if step.fresh {
			want = append(want, fmt.Sprintf("%d: %d", i, step.id))
		}
	}
	w.Ends(node.addr, gsp7Most, func() error { return node.hears(want...) })
}

// stop ends gossip, twice: after it has handled something, or with nothing seen, which is drawn. The layers below
// stop with it, and nothing may be left on the host, not the timer of the sweep either.
func (s suite) stop(w scenario.World) {
	node, around := s.star(w, 2, setup{})
	if w.Rand().IntN(2) == 0 {
		w.At(3*second/2, around[0].addr, "sends", func() { around[0].send(w, node.addr, id(1)+"news") })
	}
	w.At(2*second, node.addr, "stops", func() {
		node.gossip.Stop()
		node.gossip.Stop()
	})
	w.Ends(node.addr, gsp8Stop, func() error {
		if got := w.Usage(node.addr); got != (scenario.Usage{}) {
			return fmt.Errorf("expected no timer and nothing else to be left after Stop, got %v", got)
		}
		return nil
	})
}
