package api

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"strata/network"
	"strata/node"
)

type topologyJSON struct {
	Self  network.Addr      `json:"self"`
	Nodes []network.Addr    `json:"nodes"`
	Links [][2]network.Addr `json:"links"` // each once, the lesser address first
}

// topology is the network as this node and its peers tell of it, kept for some seconds: each
// question costs a request to every peer.
type topology struct {
	mu   sync.Mutex // held while the peers are asked, so that they are asked once
	last topologyJSON
	at   time.Time
}

// How long an answer is good for, and how long peers have for theirs.
const (
	topologyFor    = 5 * time.Second
	topologyWithin = time.Second
)

func (s *Server) askTopology(r *http.Request) (int, any, error) {
	if _, err := parseQuery(r); err != nil {
		return 0, nil, err
	}
	t := &s.topology
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.at.IsZero() || time.Since(t.at) > topologyFor {
		value, err := s.gather(r)
		if err != nil {
			return 0, nil, err
		}
		t.last, t.at = value, time.Now()
	}
	return http.StatusOK, t.last, nil
}

// said is what one peer says of its peers.
type said struct {
	peer   network.Addr
	theirs []network.Addr
}

// gather asks all peers, and makes do with those that answer in time.
func (s *Server) gather(r *http.Request) (topologyJSON, error) {
	type asked struct {
		self    network.Addr
		peers   []network.Addr
		answers chan said // one for each peer, so that the loop never waits
	}
	a, err := ask(r.Context(), s, func(n *node.Node) asked {
		peers := n.Peers()
		answers := make(chan said, len(peers))
		n.AskPeers(func(peer network.Addr, theirs []network.Addr, _ bool) {
			select {
			case answers <- said{peer, theirs}:
			default: // a peer that came meanwhile
			}
		})
		return asked{n.Self(), peers, answers}
	})
	if err != nil {
		return topologyJSON{}, err
	}
	all := []said{{a.self, a.peers}}
	timeout := time.NewTimer(topologyWithin)
	defer timeout.Stop()
	for len(all) <= len(a.peers) {
		select {
		case one := <-a.answers:
			all = append(all, one)
			continue
		case <-timeout.C:
		case <-s.ctx.Done():
		}
		break
	}
	return graph(a.self, all), nil
}

// mostNodes bounds the network that is told of: peers may claim any number, and who draws it has to place
// them all.
const mostNodes = 300

// graph makes the network of what was said, in ascending order. First of all is what this node itself says;
// of what others say, all have the same share.
func graph(self network.Addr, all []said) topologyJSON {
	nodes := map[network.Addr]bool{self: true}
	longest := 0
	for _, one := range all {
		nodes[one.peer] = true
		longest = max(longest, len(one.theirs))
	}
	for _, peer := range all[0].theirs {
		nodes[peer] = true
	}
	links := map[[2]network.Addr]bool{}
	for i := range longest {
		for _, one := range all {
			if i >= len(one.theirs) || one.theirs[i] == one.peer {
				continue
			}
			other := one.theirs[i]
			if !nodes[other] && len(nodes) >= mostNodes {
				continue
			}
			nodes[other] = true
			links[[2]network.Addr{min(one.peer, other), max(one.peer, other)}] = true
		}
	}
	t := topologyJSON{Self: self, Nodes: []network.Addr{}, Links: [][2]network.Addr{}}
	for node := range nodes {
		t.Nodes = append(t.Nodes, node)
	}
	for link := range links {
		t.Links = append(t.Links, link)
	}
	slices.Sort(t.Nodes)
	slices.SortFunc(t.Links, func(a, b [2]network.Addr) int {
		return strings.Compare(string(a[0])+" "+string(a[1]), string(b[0])+" "+string(b[1]))
	})
	return t
}
