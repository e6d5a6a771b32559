package gossiptest

import (
	"fmt"
	"strings"
	"time"

	"strata/network"
	"strata/scenario"
)

// layout has two nodes that are no peers broadcast the same payloads, one of them twice and one of them
// empty. A bare peer compares the bytes: 16 of an id, then the payload. Six broadcasts have six ids;
// nodes that count, or draw from one seed for all, have fewer, and none is all zero.
func (s suite) layout(w scenario.World) {
	peer := s.bare(w, 0)
	for i := range 2 {
		node := s.node(w, i+1, setup{p2p: links(peer.addr)})
		w.At(3*second/2, node.addr, "broadcasts", func() {
			for _, payload := range []string{"hello", "hello", ""} {
				scenario.NoError(w, gsp2Error, "Broadcast", node.gossip.Broadcast(kind, []byte(payload)))
			}
		})
	}
	w.Ends(peer.addr, gsp1Layout, func() error {
		ids := map[string]bool{}
		for _, m := range peer.got {
			if len(m) < 16 {
				return fmt.Errorf("expected 16 bytes of id before the payload, got %q", m)
			}
			ids[m[:16]] = true
		}
		if len(ids) != 6 || ids[strings.Repeat("\x00", 16)] {
			return fmt.Errorf("expected 6 different ids, got %d", len(ids))
		}
		want := []string{"", "", "hello", "hello", "hello", "hello"}
		return scenario.Same("the payloads behind the ids to be", peer.payloads(), want)
	})
}

// star is a graded node with bare peers that dial it, from the second address on. What the node sends
// is what they get, and nothing else comes to them.
func (s suite) star(w scenario.World, peers int, cfg setup) (*node, []*bare) {
	cfg.p2p = links()
	n := s.node(w, 0, cfg)
	var around []*bare
	for i := range peers {
		around = append(around, s.bare(w, i+1, n.addr))
	}
	return n, around
}

// broadcast looks at the four peers of a node that broadcasts: each gets one message. The node's own
// handler does not run; whoever broadcasts knows what it says.
func (s suite) broadcast(w scenario.World) {
	node, around := s.star(w, 4, setup{})
	w.At(3*second/2, node.addr, "broadcasts", func() {
		scenario.NoError(w, gsp2Error, "Broadcast", node.gossip.Broadcast(kind, []byte("news")))
	})
	for _, b := range around {
		w.Ends(b.addr, gsp2Sends, func() error { return b.gets(1) })
	}
	w.Ends(node.addr, gsp2Own, func() error { return node.hears() })
}

// echo has every peer send a broadcast back to its author. The author has marked the id when it sent
// it, so that it neither handles its own message nor passes it on a second time.
func (s suite) echo(w scenario.World) {
	node, around := s.star(w, 3, setup{})
	for _, b := range around {
		b.onGot = func(from network.Addr, payload []byte) { b.send(w, from, string(payload)) }
	}
	w.At(3*second/2, node.addr, "broadcasts", func() {
		scenario.NoError(w, gsp2Error, "Broadcast", node.gossip.Broadcast(kind, []byte("news")))
	})
	w.Ends(node.addr, gsp2Own, func() error { return node.hears() })
	for _, b := range around {
		w.Ends(b.addr, GSP3Once, func() error { return b.gets(1) })
	}
}

// once sends one message from each of three peers, twice each, and the same payload under another id.
// The handler runs once for each id, and not for each payload. What the handler says is drawn: if it
// passes on, the two peers that did not send first get each message once; if it refuses, nobody gets
// anything, and the id is known all the same.
func (s suite) once(w scenario.World) {
	node, around := s.star(w, 3, setup{})
	// A verdict for the whole run: with either of them the id has to be marked.
	pass := w.Rand().IntN(2) == 0
	node.onHeard = func(heard) bool { return pass }
	// Half a second apart: the first copy has been passed on when the second peer sends the same.
	for i, peer := range around {
		w.At(3*second/2+time.Duration(i)*second/2, peer.addr, "sends the message, twice", func() {
			peer.send(w, node.addr, id(1)+"news")
			peer.send(w, node.addr, id(1)+"news")
		})
	}
	w.At(2*second, around[0].addr, "sends the payload with another id", func() {
		b := around[0]
		b.send(w, node.addr, id(2)+"news")
	})
	w.Ends(node.addr, GSP3Once, func() error {
		if got := node.times("news"); got != 2 {
			return fmt.Errorf("expected the handler to run once for each of 2 ids, got %d times", got)
		}
		return nil
	})
	// Both messages came from the first peer first: nothing goes back there. The others get each once, or none.
	w.Ends(around[0].addr, gsp4Verdict, func() error { return around[0].gets(0) })
	want := 0
	if pass {
		want = 2
	}
	for _, b := range around[1:] {
		w.Ends(b.addr, gsp4Verdict, func() error { return b.gets(want) })
	}
}

// withinHandler: while the handler runs the message comes again, as it would from a peer that is faster
// than the handler; and the handler broadcasts. A node that marks an id after its handler handles the
// message again, and again within that. The handler's own broadcast goes to everybody, the message to
// all but its sender.
func (s suite) withinHandler(w scenario.World) {
	node, around := s.star(w, 2, setup{})
	within := w.Sometimes("a message came again while its handler ran")
	depth := 0
	node.onHeard = func(heard) bool {
		if depth++; depth > 5 {
			return false
		}
		// The handler that gossip gave to p2p is called once more, as if the second peer had sent the same
		// bytes.
		if again := node.peers.handlers[onWire]; again != nil {
			again(around[1].addr, []byte(id(1)+"news"))
			within(true)
		}
		scenario.NoError(w, gsp2Error, "Broadcast", node.gossip.Broadcast(kind, []byte("reaction")))
		return true
	}
	w.At(3*second/2, around[0].addr, "sends", func() { around[0].send(w, node.addr, id(1)+"news") })
	w.Ends(node.addr, GSP3Once, func() error {
		if got := node.times("news"); got != 1 {
			return fmt.Errorf("expected the handler to run once although the message comes again, got %d times",
				got)
		}
		return nil
	})
	w.Ends(around[0].addr, gsp4Passes, func() error {
		return scenario.Same("the peer that sent it to get", around[0].payloads(), []string{"reaction"})
	})
	w.Ends(around[1].addr, gsp4Passes, func() error {
		return scenario.Same("the other peer to get", around[1].payloads(), []string{"reaction", "news"})
	})
}

// payloads lists what a bare peer got, without the ids.
func (b *bare) payloads() []string {
	var texts []string
	for _, m := range b.got {
		texts = append(texts, m[min(len(m), 16):])
	}
	return texts
}

// passOn has one peer, which is drawn, send two messages, of which the handler passes on one. The
// others get its bytes as they came, with the id that it had; the author gets nothing back, and the
// refused one goes nowhere.
func (s suite) passOn(w scenario.World) {
	node, around := s.star(w, 4, setup{})
	node.onHeard = func(h heard) bool { return strings.HasPrefix(h.payload, "good") }
	// Any of the four: gossip must not depend on who is listed first.
	author := around[w.Rand().IntN(4)]
	w.At(3*second/2, author.addr, "sends", func() {
		author.send(w, node.addr, id(1)+"good news")
		author.send(w, node.addr, id(2)+"bad news")
	})
	w.Ends(node.addr, gsp4Gets, func() error {
		if len(node.heard) > 0 && node.heard[0].from != author.addr {
			return fmt.Errorf("expected the handler to get the peer that passed the message on, %s, got %s",
				author.addr, node.heard[0].from)
		}
		return node.hears("good news", "bad news")
	})
	for _, peer := range around {
		var want []string
		if peer != author {
			want = []string{id(1) + "good news"}
		}
		w.Ends(peer.addr, gsp4Verdict, func() error {
			return scenario.Same("the bytes at "+string(peer.addr)+" to be", peer.got, want)
		})
	}
}

// short sends messages of 0 to 15 bytes, which have no room for an id, and one that is an id and no
// more. The short ones are ignored, and nobody is punished for them: the connection goes on, and the
// empty message is one like any other.
func (s suite) short(w scenario.World) {
	node, around := s.star(w, 2, setup{})
	author, other := around[0], around[1]
	w.At(3*second/2, author.addr, "sends", func() {
		// Every length below that of an id, and then exactly that.
		for size := range 16 {
			author.send(w, node.addr, id(1)[:size])
		}
		author.send(w, node.addr, id(1))
	})
	w.Ends(node.addr, gsp5Short, func() error {
		if len(node.heard) != 1 || node.heard[0].payload != "" {
			return fmt.Errorf("expected 0 to 15 bytes to be ignored and 16 to be an empty message, got %d handled",
				len(node.heard))
		}
		if node.peers.received != 17 {
			return fmt.Errorf("expected the connection to live on, got %d of 17 messages", node.peers.received)
		}
		return nil
	})
	w.Ends(other.addr, gsp5Short, func() error {
		return scenario.Same("the other peer to get", other.got, []string{id(1)})
	})
}
