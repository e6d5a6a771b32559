package gossiptest

import (
	"fmt"
	"time"

	"strata/gossip"
	"strata/scenario"
)

// flooded: room for 20 ids, and 60 that come in a row, each twice; 300 in one seed of eight. The second copy of each
// comes when its id is among the latest 20, and has to be known. Five messages of an honest peer come in the middle,
// and each message of either is handled once and passed on once.
func (s suite) flooded(w scenario.World) {
	flood := []int{300, 60, 60, 60, 60, 60, 60, 60}[w.Rand().IntN(8)]
	node, around := s.star(w, 3, setup{gossip: gossip.Config{MaxSeen: 20}})
	flooder, honest, other := around[0], around[1], around[2]
	amid := w.Sometimes("an honest message came between those of a flood")
	floods, news := 0, 0
	node.onHeard = func(h heard) bool {
		if h.from == flooder.addr {
			floods++
		} else {
			news++
		}
		amid(news > 0 && floods > 0 && floods < flood)
		return true
	}
	var want, passed []string
	expect := func(number int, text string) {
		want, passed = append(want, text), append(passed, id(number)+text)
	}
	for i := range flood {
		expect(i, fmt.Sprintf("flood %d", i))
	}
	w.At(3*second/2, flooder.addr, "floods", func() {
		for i, text := range want[:flood] {
			flooder.send(w, node.addr, id(i)+text)
			flooder.send(w, node.addr, id(i)+text)
		}
	})
	// 10 ms apart, in the middle of the flood, which takes the network some time to deliver.
	for i := range 5 {
		text := fmt.Sprintf("news %d", i)
		expect(1000+i, text)
		w.At(3*second/2+time.Duration(i)*second/100, honest.addr, "sends", func() {
			honest.send(w, node.addr, id(1000+i)+text)
		})
	}
	w.Ends(node.addr, GSP3Once, func() error { return node.hears(want...) })
	w.Ends(other.addr, gsp4Passes, func() error { return scenario.Same("the third peer to get", other.got, passed) })
}

// collision has two peers send different messages under one id, as a peer can that copies an id which
// it saw. The first to come is handled and passed on as it came; the other is not, and neither goes
// back to where the first came from.
func (s suite) collision(w scenario.World) {
	node, around := s.star(w, 3, setup{})
	// Both are on their way at once, so that neither peer can know better.
	crossed := w.Sometimes("the second of two messages with one id was on its way when the first was passed on")
	node.onHeard = func(heard) bool {
		crossed(node.peers.received == 1)
		return true
	}
	for i, b := range around[:2] {
		w.At(3*second/2, b.addr, "sends", func() { b.send(w, node.addr, id(1)+fmt.Sprintf("news %d", i)) })
	}
	w.Ends(node.addr, GSP3Once, func() error {
		if len(node.heard) != 1 {
			return fmt.Errorf("expected one message of two with the same id to be handled, got %d", len(node.heard))
		}
		return nil
	})
	w.AtEnd(gsp4Passes, func() error {
		if len(node.heard) == 0 {
			return nil
		}
		for _, peer := range around[:2] {
			if peer.addr == node.heard[0].from && len(peer.got) > 0 {
				return fmt.Errorf("expected nothing to go back to the peer that sent the first, got %d messages",
					len(peer.got))
			}
		}
		return scenario.Same("the third peer to get", around[2].got, []string{id(1) + node.heard[0].payload})
	})
}
