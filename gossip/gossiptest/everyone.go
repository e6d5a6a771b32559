package gossiptest

import (
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
	// Shape 0 is a ring, 1 a line, 2 a star, 3 a clique; 4 a tree with extra links.
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

// cost counts what comes in at all nodes of a graph: without losses that is what was sent. Each node
// but the author sends to all its neighbours but one, the author to all of them, which makes 2E-(N-1).
// A message less, and somebody may miss it; one more, and somebody sent back or twice.
func (s suite) cost(w scenario.World, from time.Duration) {
	nodes := s.graph(w, 4+w.Rand().IntN(4))
	author := nodes[w.Rand().IntN(len(nodes))]
	// Where it did, a node that sends back to its first sender sends more.
	longer := w.Sometimes("a message came to a peer of its author by a longer way first")
	crossed := w.Sometimes("a message came to nodes that had it already")
	for _, node := range nodes {
		node.onHeard = func(h heard) bool {
			longer(h.from != author.addr && slices.Contains(node.peers.Peers(), author.addr))
			return true
		}
	}
	// Counted when the message is sent: on a real network a link may have come late.
	edges := 0
	w.At(from, author.addr, "broadcasts", func() {
		for _, n := range nodes {
			edges += len(n.peers.Peers())
		}
		edges /= 2
		scenario.NoError(w, gsp2Error, "Broadcast", author.gossip.Broadcast(kind, []byte("news")))
	})
	w.AtEnd(GSP6Cost, func() error {
		sends := 0
		for _, n := range nodes {
			sends += n.peers.received
			crossed(n.peers.received > 1)
		}
		if err := told(nodes, author, "news"); err != nil {
			return err
		}
		if want := 2*edges - (len(nodes) - 1); sends != want {
			return fmt.Errorf("expected 2*%d-(%d-1) = %d sends, got %d", edges, len(nodes), want, sends)
		}
		return nil
	})
}

// faults has everybody broadcast while the network fails. Nobody may handle a message twice in one
// life, whatever is sent again. When it has healed one more broadcast reaches whomever peers lead to.
func (s suite) faults(w scenario.World) {
	const count = 6
	var nodes []*node
	missed := w.Sometimes("a message did not reach a node that was cut off")
	anew := w.Sometimes("a node that crashed came back and heard messages again")
	longer := w.Sometimes("a message came back to its author by another way")
	for i := range count {
		// Everybody knows the first node, and the first the last.
		first := w.Addr(0)
		if i == 0 {
			first = w.Addr(count - 1)
		}
		node := s.node(w, i, setup{p2p: p2p.Config{Bootstrap: []network.Addr{first}, MaxPeers: 8,
			BackoffMax: 2 * second}})
		nodes = append(nodes, node)
		node.handlesOnce(func(string) { anew(node.lives > 1) })
		for k := range 3 {
			node.says(3*second/2+time.Duration(k)*5*second/2, k)
		}
	}
	author := nodes[0]
	w.At(12*second, author.addr, "broadcasts when all is well", func() {
		for _, n := range nodes {
			missed(len(n.heard) < 3*(count-1))
			longer(n.peers.received > len(n.heard))
		}
		scenario.NoError(w, gsp2Error, "Broadcast", author.gossip.Broadcast(kind, []byte("all is well")))
	})
	// Maintenance may still be at work: until 14.5 s is time for the message, which is asked for twice a
	// second.
	w.By(29*second/2, gsp4Passes, scenario.Seldom(w, 25*second/2, second/2, func() error {
		return told(within(w, nodes), author, "all is well")
	}))
}

// told returns nil if all of the nodes but the author handled the message once, and the author never.
func told(nodes []*node, author *node, text string) error {
	for _, node := range nodes {
		want := 1
		if node == author {
			want = 0
		}
		if got := node.times(text); got != want {
			return fmt.Errorf("expected %q to be handled once by everyone but its author, got %d times at %s",
				text, got, node.addr)
		}
	}
	return nil
}

// within lists the nodes that peers lead to from the first one.
func within(w scenario.World, nodes []*node) []*node {
	found := nodes[:1:1]
	for i := 0; i < len(found); i++ {
		for _, a := range found[i].peers.Peers() {
			for _, node := range nodes {
				if node.addr == a && w.Usage(a).Listeners > 0 && !slices.Contains(found, node) {
					found = append(found, node)
				}
			}
		}
	}
	return found
}

// search is a line of five nodes, on which the provided search stands. The fourth has the answer; the
// question has to find it hop by hop, the answer has to find back, and the fifth must not be asked,
// because a handler that answers passes nothing on.
func (s suite) search(w scenario.World) {
	const count = 5
	// The provided search, on five of the layer under test.
	var searches [count]*search.Search
	asked := make([]int, count)
	for i := range count {
		var dials []network.Addr
		if i > 0 {
			// One link to the node before makes a line.
			dials = append(dials, w.Addr(i-1))
		}
		w.Node(w.Addr(i), func(h network.Host) {
			peers := s.below(h, w.Addr(i), links(dials...))
			layer := s.stack.NewGossip(h, peers, scenario.Complete(setup{}.gossip))
			searches[i] = search.New(h, peers, layer, scenario.Complete(search.Config{}))
			scenario.Must(searches[i].Handle("fruit", func(query []byte) ([]byte, bool) {
				asked[i]++
				return append([]byte("red "), query...), i >= 3
			}))
			scenario.Must(layer.Start(nil))
		})
	}
	var answers []string
	w.At(3*second/2, w.Addr(0), "searches", func() {
		searches[0].Query("fruit", []byte("apple"), func(answer []byte, err error) bool {
			answers = append(answers, fmt.Sprintf("%s %v", answer, err))
			return true
		})
	})
	w.AtEnd(gsp4Verdict, func() error {
		if want := []int{1, 1, 1, 1, 0}; !slices.Equal(asked, want) {
			return fmt.Errorf("expected the nodes of the line to be asked %v times, got %v", want, asked)
		}
		return scenario.Same("the answers to be", answers, []string{"red apple <nil>"})
	})
}
