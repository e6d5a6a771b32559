package gossiptest

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"strata/gossip/search"
	"strata/network"
	"strata/p2p"
	"strata/scenario"
)

// graph adds count nodes in a connected graph that is drawn: a ring, a line, a star, a clique, or a
// random tree with some more links. A node dials only those with a smaller number: there is one
// connection per link.
func (s suite) graph(w scenario.World, count int) []*node {
	shape, extra := w.Rand().IntN(5), w.Rand().IntN(count)
	var nodes []*node
	for i := range count {
		var dials []int
		switch {
		case i == 0:
		case shape == 0 || shape == 1:
			dials = []int{i - 1}
			if shape == 0 && i == count-1 && i > 1 {
				dials = []int{0, i - 1}
			}
		case shape == 2:
			dials = []int{0}
		case shape == 3:
			for j := range i {
				dials = append(dials, j)
			}
		default:
			dials = append(dials, w.Rand().IntN(i))
			if j := w.Rand().IntN(i); j != dials[0] && i <= extra {
				dials = append(dials, j)
			}
		}
		var to []network.Addr
		for _, j := range dials {
			to = append(to, w.Addr(j))
		}
		nodes = append(nodes, s.node(w, i, setup{p2p: links(to...)}))
	}
	return nodes
}

// cost counts what comes in at all nodes: without losses that is what was sent.
func (s suite) cost(w scenario.World, from, to time.Duration) {
	nodes := s.graph(w, 4+w.Rand().IntN(4))
	author := nodes[w.Rand().IntN(len(nodes))]
	longer := w.Sometimes("a message came to a peer of its author by a longer way first")
	crossed := w.Sometimes("a message came to nodes that had it already")
	for _, n := range nodes {
		n.onHeard = func(h heard) bool {
			longer(h.from != author.addr && slices.Contains(n.peers.Peers(), author.addr))
			return true
		}
	}
	edges := 0
	w.At(from, author.addr, "broadcasts", func() {
		for _, n := range nodes {
			edges += len(n.peers.Peers())
		}
		edges /= 2
		scenario.Expect(w, "GSP-2", author.gossip.Broadcast(kind, []byte("news")))
	})
	w.At(to, author.addr, "counts", func() {
		sends := 0
		for _, n := range nodes {
			sends += n.peers.received
			crossed(n.peers.received > 1)
			want := 1
			if n == author {
				want = 0
			}
			if got := n.times("news"); got != want {
				w.Fail("GSP-6", "expected the message to be handled once by everyone but its author, got %d times at %s", got, n.addr)
			}
		}
		if want := 2*edges - (len(nodes) - 1); sends != want {
			w.Fail("GSP-6", "expected 2*%d-(%d-1) = %d sends, got %d", edges, len(nodes), want, sends)
		}
	})
}

// faults: everybody broadcasts while the network fails. When it has healed one more broadcast
// reaches whomever peers lead to.
func (s suite) faults(w scenario.World) {
	const count = 6
	var nodes []*node
	missed := w.Sometimes("a message did not reach a node that was cut off")
	anew := w.Sometimes("a node that crashed came back and heard messages again")
	longer := w.Sometimes("a message came back to its author by another way")
	for i := range count {
		first := w.Addr(0)
		if i == 0 {
			first = w.Addr(count - 1)
		}
		n := s.node(w, i, setup{p2p: p2p.Config{Bootstrap: []network.Addr{first}, MaxPeers: 8, BackoffMax: 2 * second}})
		nodes = append(nodes, n)
		handled := map[string]bool{} // what a crash forgets may come again: it is a new life
		n.onHeard = func(h heard) bool {
			key := fmt.Sprintf("%p %s", n.gossip, h.payload)
			if handled[key] {
				w.Fail("GSP-3", "expected %q to be handled once, got it a second time at %s", h.payload, n.addr)
			}
			handled[key] = true
			anew(n.lives > 1)
			return true
		}
		for k := range 3 {
			w.At(3*second/2+time.Duration(k)*7*second/2, n.addr, "broadcasts", func() {
				scenario.Expect(w, "GSP-2", n.gossip.Broadcast(kind, fmt.Appendf(nil, "%s, number %d", n.addr, k)))
			})
		}
	}
	author := nodes[0]
	w.At(16*second, author.addr, "broadcasts when all is well", func() {
		for _, n := range nodes {
			missed(len(n.heard) < 3*(count-1))
			longer(n.peers.received > len(n.heard))
		}
		scenario.Expect(w, "GSP-2", author.gossip.Broadcast(kind, []byte("all is well")))
	})
	looked, found := 16*second, errors.New("expected a message after the faults, got none yet")
	w.By(20*second, "GSP-4", func() error {
		if now := w.Now(); now >= looked+second/2 { // it takes a while to look
			looked, found = now, told(within(w, nodes), "all is well")
		}
		return found
	})
}

// told returns nil if all but the first of the nodes heard the message once.
func told(nodes []*node, text string) error {
	for _, n := range nodes[1:] {
		if got := n.times(text); got != 1 {
			return fmt.Errorf("expected %q to be handled once by everyone, got %d times at %s", text, got, n.addr)
		}
	}
	return nil
}

// within lists the nodes that peers lead to from the first one.
func within(w scenario.World, nodes []*node) []*node {
	found := nodes[:1:1]
	for i := 0; i < len(found); i++ {
		for _, a := range found[i].peers.Peers() {
			for _, n := range nodes {
				if n.addr == a && w.Usage(a).Listeners > 0 && !slices.Contains(found, n) {
					found = append(found, n)
				}
			}
		}
	}
	return found
}

// search: a line of five nodes. The fourth has the answer; the fifth must not be asked.
func (s suite) search(w scenario.World) {
	const count = 5
	var searches [count]*search.Search
	asked := make([]int, count)
	for i := range count {
		var dials []network.Addr
		if i > 0 {
			dials = append(dials, w.Addr(i-1))
		}
		w.Node(w.Addr(i), func(h network.Host) {
			peers := s.below(h, w.Addr(i), links(dials...))
			g := s.stack.NewGossip(h, peers, scenario.Complete(setup{}.gossip))
			searches[i] = search.New(h, peers, g, scenario.Complete(search.Config{}))
			scenario.Must(searches[i].Handle("fruit", func(query []byte) ([]byte, bool) {
				asked[i]++
				return append([]byte("red "), query...), i >= 3
			}))
			scenario.Must(g.Start(nil))
		})
	}
	var answers []string
	w.At(3*second/2, w.Addr(0), "searches", func() {
		searches[0].Query("fruit", []byte("apple"), func(answer []byte, err error) bool {
			answers = append(answers, fmt.Sprintf("%s %v", answer, err))
			return true
		})
	})
	w.At(7*second/2, w.Addr(0), "looks at what it found", func() {
		scenario.Expect(w, "GSP-4", scenario.Same("the answers to be", answers, []string{"red apple <nil>"}))
		if want := []int{1, 1, 1, 1, 0}; !slices.Equal(asked, want) {
			w.Fail("GSP-4", "expected the nodes of the line to be asked %v times, got %v", want, asked)
		}
	})
}
