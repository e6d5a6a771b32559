package p2ptest

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"time"

	"strata/messaging"
	"strata/network"
	"strata/p2p"
	"strata/scenario"
)

// getPeers asks for the list three times: as a stranger while there are no peers, as a stranger later,
// as a peer. All get it, the peer without itself; a stranger does not become a peer by asking.
func (s suite) getPeers(w scenario.World) {
	node := s.node(w, 0, setup{p2p: p2p.Config{Interval: never}})
	stranger, first, other := s.raw(w, 1), s.raw(w, 2), s.raw(w, 3)
	// A question without an answer would pass for one: so answers are counted.
	answers := 0
	// The list of the answer is compared, and so is its existence, by the count.
	ask := func(conn *link, who string, want ...network.Addr) {
		conn.request(p2p.KindGetPeers, nil, func(list []byte) {
			answers++
			scenario.Expect(w, p2p9Anybody, sameList("the answer to "+who, list, want...))
		})
	}
	w.At(0, stranger.Addr, "asks without a hello, while there are no peers", func() {
		stranger.dial(node.addr, func(c *link) { ask(c, "a stranger") })
	})
	for _, r := range []*raw{first, other} {
		w.At(second, r.Addr, "says hello", func() { r.visit(node.addr, nil) })
	}
	w.At(2*second, stranger.Addr, "asks without a hello", func() {
		ask(stranger.open[0], "a stranger", first.Addr, other.Addr)
	})
	w.At(2*second, first.Addr, "asks as a peer", func() { ask(first.open[0], "a peer", other.Addr) })
	w.Ends(node.addr, p2p9Anybody, func() error { return node.lists(first.Addr, other.Addr) })
	w.AtEnd(p2p9Anybody, func() error {
		if answers != 3 {
			return fmt.Errorf("expected 3 answers, got %d", answers)
		}
		return nil
	})
}

// sendAndRequest has two nodes of the implementation talk by address. A message and a request arrive
// under the address where their sender listens; the reply comes back, once. A request that is never
// answered ends when its connection does, and what is for an address that is no peer's says so at once.
func (s suite) sendAndRequest(w scenario.World) {
	left := s.node(w, 0, setup{handle: true, p2p: p2p.Config{Interval: never}})
	right := s.node(w, 1, setup{handle: true, p2p: p2p.Config{Bootstrap: []network.Addr{left.addr}, Interval: never}})
	left.onHeard = func(h heard) ([]byte, bool) {
		if h.payload == "asked for nothing" {
			return nil, false
		}
		return []byte("re " + h.payload), true
	}
	// All of it is by address; the eighth address is nobody's.
	w.At(1200*time.Millisecond, right.addr, "sends and asks", func() {
		if err := right.p2p.Send(left.addr, kind, []byte("sent")); err != nil {
			w.Fail(P2P11Sends, "expected a message to a peer to be sent, got the error %v", err)
		}
		if err := right.p2p.Send(w.Addr(7), kind, nil); !scenario.Only(err, p2p.ErrNotPeer) {
			w.Fail(P2P11Sends, "expected ErrNotPeer for an address that is no peer's, got %v", err)
		}
	})
	// Three requests: one is answered, one never is, one is for nobody. Each ends once.
	asked := right.asks("asked")
	w.At(1200*time.Millisecond, right.addr, "asks", func() { asked.of(left.addr) })
	lost := right.asks("asked for nothing")
	w.At(1300*time.Millisecond, right.addr, "asks, and gets no answer", func() { lost.of(left.addr) })
	w.At(2500*time.Millisecond, left.addr, "closes", func() { left.net.closeAll() })
	stranger := right.asks("to a stranger")
	w.At(1200*time.Millisecond, right.addr, "asks an address that is no peer's", func() { stranger.of(w.Addr(7)) })
	w.Ends(right.addr, P2P11Sends, func() error {
		return cmp.Or(asked.ended(nil, "re asked"), stranger.ended(p2p.ErrNotPeer, ""),
			lost.ended(network.ErrClosed, ""))
	})
	w.Ends(left.addr, P2P11Heard, func() error {
		for _, h := range left.heard {
			if h.from != right.addr {
				return fmt.Errorf("expected the handler to get the listening address %s, got %s", right.addr, h.from)
			}
		}
		return left.hears("sent", "asked", "asked for nothing")
	})
}

// question is one request of a node, and what came of it.
type question struct {
	n     *node
	text  string
	times int
	reply string
	err   error
}

// asks is a request that the node has not made yet.
func (n *node) asks(text string) *question { return &question{n: n, text: text} }

// of makes the request.
func (q *question) of(peer network.Addr) {
	q.n.p2p.Request(peer, kind, []byte(q.text), func(reply []byte, err error) {
		q.times++
		q.reply, q.err = string(reply), err
	})
}

// ended returns nil if the request has ended once, with this error or reply.
func (q *question) ended(err error, reply string) error {
	if q.times != 1 || !scenario.Only(q.err, err, p2p.ErrNotPeer, messaging.ErrTimeout) || q.reply != reply {
		return fmt.Errorf("expected the request %q to end once with %q, %v, got %d times, %q, %v",
			q.text, reply, err, q.times, q.reply, q.err)
	}
	return nil
}

// broadcast sends to five peers, except one; then, when one of them has just closed, to all; and in
// between what no connection can carry, which has to be told to the caller and sent to nobody.
func (s suite) broadcast(w scenario.World) {
	node := s.node(w, 0, setup{network: network.Config{MaxFrame: 2000}, p2p: p2p.Config{Interval: never}})
	raws := s.visitors(w, node, 5)
	// The excepted one is drawn, so that a node which leaves out the first, or the last, is found out.
	excepted, closing := raws[w.Rand().IntN(4)], raws[4]
	w.At(second, node.addr, "broadcasts, except to one", func() {
		scenario.NoError(w, p2p12Errors, "Broadcast", node.p2p.Broadcast(kind, []byte("one"), excepted.Addr))
	})
	// What no connection can carry is an error for the caller, and not one for each peer.
	w.At(1900*time.Millisecond, node.addr, "broadcasts what cannot be sent", func() {
		if err := node.p2p.Broadcast("", []byte("bad")); !scenario.Only(err, messaging.ErrBadKind, p2p.ErrNotPeer) {
			w.Fail(p2p12Errors, "expected ErrBadKind for an empty kind, got %v", err)
		}
		err := node.p2p.Broadcast(kind, make([]byte, 2000))
		if !scenario.Only(err, network.ErrFrameTooBig, p2p.ErrNotPeer, messaging.ErrBadKind) {
			w.Fail(p2p12Errors, "expected ErrFrameTooBig for a payload as long as the longest frame, got %v", err)
		}
	})
	// The node may not have heard of that when it broadcasts, at the same moment.
	w.At(2*second, closing.Addr, "closes", closing.closeAll)
	w.At(2*second, node.addr, "broadcasts", func() {
		scenario.NoError(w, p2p12Errors, "Broadcast", node.p2p.Broadcast(kind, []byte("two")))
	})
	for _, peer := range raws {
		want := []string{"one", "two"}
		switch peer {
		case excepted:
			want = want[1:]
		case closing:
			want = want[:1]
		}
		w.Ends(peer.Addr, p2p12All, func() error { return peer.got(want...) })
	}
}

// got returns nil if these regular messages came to a raw peer, in this order, and nothing else of that
// kind.
func (r *raw) got(want ...string) error {
	var got []string
	for _, conn := range slices.Concat(r.open, r.past) {
		for _, m := range conn.messages {
			if m.Type == messaging.TypeRegular && messaging.Kind(m.Kind) == kind {
				got = append(got, string(m.Payload))
			}
		}
	}
	if !slices.Equal(got, want) {
		return fmt.Errorf("expected the broadcasts %q to reach %s, got %q", want, r.Addr, got)
	}
	return nil
}

// broadcastSlow has two of five peers take nothing more. The first is dropped in the middle of a
// broadcast; the layer above tells everybody, which drops the second, which is still to come in the
// same broadcast or was there already. A node that ranges over a list that changes, or gives up at the
// first error, leaves out one of the others: each has to get all four broadcasts, and the news of both
// losses.
func (s suite) broadcastSlow(w scenario.World) {
	node := s.node(w, 0, setup{network: network.Config{MaxQueued: 2000}, p2p: p2p.Config{Interval: never}})
	news := make([]byte, 700)
	// Three of these are more than MaxQueued, whatever else waits.
	payload := append([]byte("again"), news...)
	// The second loss comes from within the first: that is what the scenario is for.
	nested := w.Sometimes("the news of a peer that was lost in a broadcast lost another one")
	depth := 0
	node.onLost = func(network.Addr) {
		depth++
		nested(depth > 1)
		scenario.NoError(w, p2p12Errors, "Broadcast", node.p2p.Broadcast(kind, news))
		depth--
	}
	raws := s.visitors(w, node, 5)
	// Which peers are slow is drawn: they may come first in the list, last, or next to each other.
	order := w.Rand().Perm(len(raws))
	slow, rest := order[:2], order[2:]
	for _, i := range slow {
		w.Inject(scenario.Fault{Kind: scenario.Stall, At: 1500 * time.Millisecond, For: 10 * second,
			A: []network.Addr{node.addr}, B: []network.Addr{raws[i].Addr}})
	}
	for i := range 4 {
		w.At(2*second+time.Duration(i)*second/4, node.addr, "broadcasts", func() {
			scenario.NoError(w, p2p12Errors, "Broadcast", node.p2p.Broadcast(kind, payload))
		})
	}
	var stay []network.Addr
	for _, i := range rest {
		stay = append(stay, raws[i].Addr)
		w.Ends(raws[i].Addr, p2p12Others, func() error {
			if got := raws[i].count(payload, news); got != [2]int{4, 2} {
				return fmt.Errorf("expected 4 broadcasts and the news of 2 lost peers to reach %s, got %d and %d",
					raws[i].Addr, got[0], got[1])
			}
			return nil
		})
	}
	w.Ends(node.addr, P2P10Lost, func() error { return node.lists(stay...) })
}

// count counts the regular messages with either payload that came to a raw peer.
func (r *raw) count(first, second []byte) (counts [2]int) {
	for _, conn := range r.open {
		for _, m := range conn.messages {
			if bytes.Equal(m.Payload, first) {
				counts[0]++
			} else if bytes.Equal(m.Payload, second) {
				counts[1]++
			}
		}
	}
	return counts
}

// firstMessage has everybody greet whoever arrives, at once, in the event itself. Each greeting has to
// be heard, whoever dialled, and also if both did: the other side must be listed there when it comes.
func (s suite) firstMessage(w scenario.World) {
	var nodes []*node
	for i := range 3 {
		cfg := setup{handle: true, onArrived: func(n *node, peer network.Addr) {
			if err := n.p2p.Send(peer, kind, []byte("welcome")); err != nil {
				w.Fail(P2P3First, "expected a message to a peer that has arrived to be sent, got the error %v", err)
			}
		}}
		cfg.p2p.Interval = never
		// Each dials those before it, and some of those behind, which dial it as well.
		for j := range 3 {
			if j < i || j > i && w.Rand().IntN(2) == 0 {
				cfg.p2p.Bootstrap = append(cfg.p2p.Bootstrap, w.Addr(j))
			}
		}
		nodes = append(nodes, s.node(w, i, cfg))
	}
	crossed := w.Sometimes("two nodes that dialled each other had two connections when one was accepted")
	for _, node := range nodes {
		// The greeting that setup has put here stays; this only looks at the moment before it.
		node.onArrived = func(greet func(network.Addr)) func(network.Addr) {
			return func(peer network.Addr) {
				crossed(len(node.net.open) > len(node.listed))
				greet(peer)
			}
		}(node.onArrived)
		w.Ends(node.addr, P2P3First, func() error { return node.hears("welcome", "welcome") })
	}
}
