package gossiptest

import (
	"fmt"
	"time"

	"strata/scenario"
)

// flooded: room for 20 ids, and 300 that come in a row, each twice.
func (s suite) flooded(w scenario.World) {
	const flood = 300
	cfg := setup{}
	cfg.gossip.MaxSeen = 20
	n, around := s.star(w, 3, cfg)
	flooder, honest, other := around[0], around[1], around[2]
	amid := w.Sometimes("an honest message came between those of a flood")
	floods, news := 0, 0
	n.onHeard = func(h heard) bool {
		if h.from == flooder.addr {
			floods++
		} else {
			news++
		}
		amid(news > 0 && floods > 0 && floods < flood)
		return true
	}
	var want, passed []string
	for i := range flood {
		text := fmt.Sprintf("flood %d", i)
		want = append(want, text)
		passed = append(passed, id(i)+text)
	}
	w.At(3*second/2, flooder.addr, "floods", func() {
		for i, text := range want[:flood] {
			flooder.send(w, n.addr, id(i)+text)
			flooder.send(w, n.addr, id(i)+text)
		}
	})
	for i := range 5 {
		text := fmt.Sprintf("news %d", i)
		want = append(want, text)
		passed = append(passed, id(1000+i)+text)
		w.At(3*second/2+time.Duration(i)*second/100, honest.addr, "sends", func() { honest.send(w, n.addr, id(1000+i)+text) })
	}
	w.At(9*second/2, n.addr, "looks at what it heard", func() {
		scenario.Expect(w, "GSP-3", n.hears(want...))
		scenario.Expect(w, "GSP-4", scenario.Same("the third peer to get", other.got, passed))
	})
}

func (s suite) collision(w scenario.World) {
	n, around := s.star(w, 3, setup{})
	crossed := w.Sometimes("the second of two messages with one id was on its way when the first was passed on")
	n.onHeard = func(heard) bool {
		crossed(n.peers.received == 1)
		return true
	}
	for i, b := range around[:2] {
		w.At(3*second/2, b.addr, "sends", func() { b.send(w, n.addr, id(1)+fmt.Sprintf("news %d", i)) })
	}
	w.At(7*second/2, n.addr, "looks at what it heard", func() {
		if len(n.heard) != 1 {
			w.Fail("GSP-3", "expected one message of two with the same id to be handled, got %d", len(n.heard))
			return
		}
		scenario.Expect(w, "GSP-4", scenario.Same("the third peer to get", around[2].got, []string{id(1) + n.heard[0].payload}))
		for _, b := range around[:2] {
			if b.addr == n.heard[0].from && len(b.got) > 0 {
				w.Fail("GSP-4", "expected nothing to go back to the peer that sent the first, got %d messages", len(b.got))
			}
		}
	})
}
