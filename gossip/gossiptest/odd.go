package gossiptest

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"

	"strata/messaging"
	"strata/network"
	"strata/p2p/p2ptest"
	"strata/scenario"
)

// odd is scenarios of what is rare: sweeps with nothing to do or very much, ids that come again or under two
// kinds, a message that is too large.
func (s suite) odd() []scenario.Scenario {
	return []scenario.Scenario{
		// The layer below refuses it; the error must not be lost on the way up.
		scenario.New(scenario.Scenario{
			Name: "gossip/too-big", Step: "gossip.1", Rules: []string{"GSP-2"}, For: 3 * second, RealTime: true,
			Title: "A payload that no message can carry is the caller's error, and goes to nobody.",
			Setup: s.tooBig,
		}),
		// The seen-set is one, whatever a message is about.
		scenario.New(scenario.Scenario{
			Name: "gossip/two-kinds", Step: "gossip.2", Rules: []string{"GSP-3"}, For: 4 * second,
			Title: "An id is one message, under whatever kind it comes, and each kind has its handler.",
			Setup: s.twoKinds,
		}),
		// The kind is part of what goes on.
		scenario.New(scenario.Scenario{
			Name: "gossip/kinds-go-on", Step: "gossip.2", Rules: []string{"GSP-4", "GSP-1"}, For: 4 * second,
			Title: "A message goes on under the kind that it came under.",
			Setup: s.kindsGoOn,
		}),
		// A bound that nobody promised, or a length in 16 bits.
		scenario.New(scenario.Scenario{
			Name: "gossip/large", Step: "gossip.2", Rules: []string{"GSP-4"}, For: 4 * second,
			Title: "Whatever a message can carry is handled, and passed on.",
			Setup: s.large,
		}),
		// A sweep that finds nothing has to set the next one all the same.
		scenario.New(scenario.Scenario{
			Name: "gossip/idle-first", Step: "gossip.3", Rules: []string{"GSP-7", "GSP-3"}, For: 11 * time.Minute,
			Title: "Ids are forgotten in time after sweeps that found nothing.",
			Setup: s.idleFirst,
		}),
		// A sweep that stops after some would leave the rest for a minute.
		scenario.New(scenario.Scenario{
			Name: "gossip/many-at-once", Step: "gossip.3", Rules: []string{"GSP-7"}, For: 8 * time.Minute,
			Title: "One sweep forgets all ids that are due, however many.",
			Setup: s.manyAtOnce,
		}),
		// A queue that holds an id twice forgets it too early.
		scenario.New(scenario.Scenario{
			Name: "gossip/again-and-full", Step: "gossip.3", Rules: []string{"GSP-7"}, For: 5 * second,
			Title: "An id that comes again and again takes one place.",
			Setup: s.againAndFull,
		}),
	}
}

// tooBig broadcasts what is longer than the longest frame, in one seed of twelve, and then what is not. The peer gets
// the second alone.
func (s suite) tooBig(w scenario.World) {
	node, peers := s.star(w, 1, setup{})
	// A mebibyte costs more than all else here.
	big := w.Rand().IntN(12) == 0
	w.At(2*second, node.addr, "broadcasts what is too large, and then what is not", func() {
		if big {
			err := node.gossip.Broadcast(kind, make([]byte, 1<<20))
			if !scenario.Only(err, network.ErrFrameTooBig) {
				w.Fail(gsp2Error, "expected ErrFrameTooBig for a payload of a mebibyte, got %v", err)
			}
		}
		scenario.NoError(w, gsp2Error, "Broadcast", node.gossip.Broadcast(kind, []byte("small")))
	})
	w.Ends(peers[0].addr, gsp2Error, func() error {
		if len(peers[0].got) > 1 {
			return fmt.Errorf("expected at most the small message at the peer, got %d messages", len(peers[0].got))
		}
		return nil
	})
}

// twoKinds has a peer send the same id under two kinds that the node handles. The second is the same message:
// neither handler runs for it, and nobody gets it passed on. A message of its own under the second kind reaches
// the second handler, and no other.
func (s suite) twoKinds(w scenario.World) {
	const other messaging.Kind = "test:other"
	node, peers := s.star(w, 2, setup{})
	// Counts the second handler; the first one's messages are the node's.
	others := map[string]int{}
	w.At(second/2, node.addr, "handles another kind", func() {
		scenario.Must(node.gossip.Handle(other, func(_ network.Addr, payload []byte) bool {
			others[string(payload)]++
			return true
		}))
	})
	first := w.Rand().IntN(2) // which kind comes first
	for i, wire := range []messaging.Kind{onWire, "gossip:" + other} {
		at := 2*second + time.Duration((first+i)%2)*second/2
		w.At(at, peers[0].addr, "sends one id under kind "+string(wire), func() {
			if err := peers[0].peers.Send(node.addr, wire, []byte(id(1)+"text")); err != nil {
				w.Fail(p2ptest.P2P11Sends, "expected the node to be a peer, got the error %v", err)
			}
		})
	}
	w.At(3*second, peers[1].addr, "sends another id under the second kind", func() {
		if err := peers[1].peers.Send(node.addr, "gossip:"+other, []byte(id(2)+"fresh")); err != nil {
			w.Fail(p2ptest.P2P11Sends, "expected the node to be a peer, got the error %v", err)
		}
	})
	w.Ends(node.addr, GSP3Once, func() error {
		if got := others["fresh"]; got != 1 {
			return fmt.Errorf("expected the handler of the second kind to get its message once, got it %d times", got)
		}
		return nil
	})
	w.Ends(node.addr, GSP3Once, func() error {
		if got := len(node.heard) + others["text"]; got > 1 {
			return fmt.Errorf("expected one id to be handled once, under whatever kind it comes, got it %d times", got)
		}
		return nil
	})
}

// kindsGoOn has a peer send a message of each of two kinds that the node handles; which comes first is drawn. The
// other peer hears each under its own kind.
func (s suite) kindsGoOn(w scenario.World) {
	const other messaging.Kind = "test:other"
	node, peers := s.star(w, 2, setup{})
	var sung []string // what came to the other peer under the other kind
	w.At(second/2, node.addr, "handles another kind", func() {
		scenario.Must(node.gossip.Handle(other, func(network.Addr, []byte) bool { return true }))
	})
	w.At(second/2, peers[1].addr, "handles another kind", func() {
		scenario.Must(peers[1].peers.Handle("gossip:"+other, func(_ network.Addr, payload []byte) ([]byte, bool) {
			sung = append(sung, string(payload))
			return nil, false
		}))
	})
	// Half a second apart.
	first := w.Rand().IntN(2)
	for i, wire := range []messaging.Kind{onWire, "gossip:" + other} {
		w.At(2*second+time.Duration((first+i)%2)*second/2, peers[0].addr, "sends "+string(wire), func() {
			if err := peers[0].peers.Send(node.addr, wire, []byte(id(i+1)+"text")); err != nil {
				w.Fail(p2ptest.P2P11Sends, "expected the node to be a peer, got the error %v", err)
			}
		})
	}
	w.Ends(peers[1].addr, gsp4Passes, func() error {
		return cmp.Or(scenario.Same("the first kind at "+string(peers[1].addr), peers[1].got, []string{id(1) + "text"}),
			scenario.Same("the other kind at "+string(peers[1].addr), sung, []string{id(2) + "text"}))
	})
}

// large has a peer send many bytes: in one seed of four more than 65,536, and in one of 24 as much as a message can
// carry. Copies of these are most of what it costs, and nothing else is drawn.
func (s suite) large(w scenario.World) {
	size := 10_000
	switch n := w.Rand().IntN(24); {
	case n == 0:
		size = 1<<20 - len("\x00....\x00") - len(onWire) - len(id(1))
	case n <= 6:
		size = 70_000
	}
	// No report shows it.
	payload := strings.Repeat("0123456789", size/10+1)[:size]
	node, peers := s.star(w, 2, setup{})
	w.At(2*second, peers[0].addr, fmt.Sprintf("sends %d bytes", size), func() {
		peers[0].send(w, node.addr, id(1)+payload)
	})
	w.Ends(node.addr, gsp4Gets, func() error {
		if len(node.heard) != 1 || node.heard[0].payload != payload {
			return fmt.Errorf("expected the handler to get a payload of %d bytes once, got %d messages", size,
				len(node.heard))
		}
		return nil
	})
	w.Ends(peers[1].addr, gsp4Passes, func() error {
		if len(peers[1].got) != 1 || peers[1].got[0] != id(1)+payload {
			return fmt.Errorf("expected a payload of %d bytes to go on as it is, got %d messages", size,
				len(peers[1].got))
		}
		return nil
	})
}

// idleFirst leaves the node alone for three and a half minutes, so that sweeps find nothing. Then an id comes,
// 4.5 minutes later again, when it is known, and 6.1 minutes after the first time once more: by then it is
// forgotten.
func (s suite) idleFirst(w scenario.World) {
	node, peers := s.star(w, 1, setup{})
	const first = 3*time.Minute + 30*second
	for _, after := range []time.Duration{0, 4*time.Minute + 30*second, 6*time.Minute + 6*second} {
		w.At(first+after, peers[0].addr, "sends the same id", func() { peers[0].send(w, node.addr, id(1)+"text") })
	}
	w.At(first+5*time.Minute, node.addr, "counts", func() {
		if got := len(node.heard); got > 1 {
			w.Fail(GSP3Once, "expected an id to be known for 5 minutes, got it handled %d times", got)
		}
	})
	w.Ends(node.addr, gsp7Forgets, func() error {
		if got := len(node.heard); got == 1 {
			return errors.New("expected an id that comes after 6 minutes to be handled again, got it ignored")
		}
		return nil
	})
}

// manyAtOnce sends many ids at once, and all of them again 6.1 minutes later: each has to be handled twice. One seed
// in 24 sends 2,500: these cost twenty times what the others do, and nothing else is drawn, so that each of them finds
// what any of them does.
func (s suite) manyAtOnce(w scenario.World) {
	node, peers := s.star(w, 1, setup{})
	many := 120
	if w.Rand().IntN(24) == 12 { // as for seed 2: few seeds are enough to find it
		many = 2500
	}
	// Rounds that were not left out by a shrinker.
	sent := 0
	for _, at := range []time.Duration{10 * second, 6*time.Minute + 16*second} {
		w.At(at, peers[0].addr, fmt.Sprintf("sends %d ids", many), func() {
			sent++
			for n := range many {
				peers[0].send(w, node.addr, id(n)+"text")
			}
		})
	}
	w.Ends(node.addr, gsp7Forgets, func() error {
		if got := len(node.heard); got != sent*many {
			return fmt.Errorf("expected %d ids to be handled each time that they come, got %d of %d messages handled",
				many, got, sent*many)
		}
		return nil
	})
}

// againAndFull has room for three ids. The first comes four times, then four others: 3, 4 and 5 are known in the
// end, and 2 is not. Whoever gives an id a place each time that it comes counts wrong.
func (s suite) againAndFull(w scenario.World) {
	cfg := setup{}
	cfg.gossip.MaxSeen = 3
	node, peers := s.star(w, 1, cfg)
	for i, n := range []int{1, 1, 1, 1, 2, 3, 4, 5, 3, 4, 5, 2} {
		w.At(2*second+time.Duration(i)*second/5, peers[0].addr, fmt.Sprintf("sends id %d", n), func() {
			peers[0].send(w, node.addr, id(n)+fmt.Sprint(n))
		})
	}
	w.Ends(node.addr, gsp7Most, func() error {
		want := map[string]int{"1": 1, "2": 2, "3": 1, "4": 1, "5": 1}
		for _, payload := range []string{"1", "2", "3", "4", "5"} {
			if got := node.times(payload); got != want[payload] && got > 0 {
				return fmt.Errorf("expected id %s to be handled %d times with room for 3 ids, got it %d times",
					payload, want[payload], got)
			}
		}
		return nil
	})
}
