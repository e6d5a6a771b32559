package orders

import (
	"fmt"
	"slices"

	"strata/messaging"
	"strata/network"
	"strata/p2p"
	"strata/scenario"
)

// talk is what peers say to each other.
const talk messaging.Kind = "talk"

// talker greets each peer that arrives, and notes what it hears. It is the watcher of its layer.
type talker struct {
	w        scenario.World
	addr     network.Addr
	p2p      p2p.P2P
	listed   map[network.Addr]bool // by the events
	arrivals int
	losses   int
	heard    []string
}

func (s suite) talker(w scenario.World, number int, dials ...network.Addr) *talker {
	t := &talker{w: w, addr: w.Addr(number)}
	w.Node(t.addr, func(h network.Host) {
		*t = talker{w: w, addr: t.addr, p2p: s.peers(h, t.addr, dials...), listed: make(map[network.Addr]bool)}
		scenario.Must(t.p2p.Handle(talk, func(from network.Addr, payload []byte) ([]byte, bool) {
			if !t.listed[from] {
				w.Fail("P2P-11", "expected messages of listed peers only, got %q from %s", payload, from)
			}
			t.heard = append(t.heard, string(payload))
			return nil, false
		}))
		scenario.Must(t.p2p.Start(t))
	})
	w.Show(t.addr, func() string { return fmt.Sprintf("peers %v, heard %q", t.p2p.Peers(), t.heard) })
	return t
}

func (t *talker) PeerArrived(peer network.Addr) {
	if t.listed[peer] {
		t.w.Fail("P2P-6", "expected no PeerArrived of a peer that is listed, got one of %s", peer)
	}
	t.listed[peer] = true
	t.arrivals++
	if err := t.p2p.Send(peer, talk, []byte("welcome")); err != nil {
		t.w.Fail("P2P-3", "expected that a peer that arrives can be sent a message, got %v", err)
	}
}

func (t *talker) PeerLost(peer network.Addr) {
	if !t.listed[peer] {
		t.w.Fail("P2P-10", "expected PeerLost of listed peers only, got one of %s", peer)
	}
	delete(t.listed, peer)
	t.losses++
}

// consistent says whether the list is what the events say.
func (t *talker) consistent() error {
	peers := t.p2p.Peers()
	for _, p := range peers {
		if !t.listed[p] {
			return fmt.Errorf("expected PeerArrived for each listed peer, got none for %s", p)
		}
	}
	return is("listed peers, by the events:", len(peers), len(t.listed))
}

// bothDial: two nodes dial each other at once.
func (s suite) bothDial(w scenario.World) {
	for i := range 2 {
		t := s.talker(w, i, w.Addr(1-i))
		w.At(late, t.addr, "broadcasts", func() { scenario.Must(t.p2p.Broadcast(talk, []byte("to all"))) })
		ends(w, t.addr, "P2P-6", func() []error {
			return []error{
				is("the peers", fmt.Sprint(t.p2p.Peers()), fmt.Sprint([]network.Addr{w.Addr(1 - i)})),
				is("arrivals and losses:", [2]int{t.arrivals, t.losses}, [2]int{1, 0}),
				is("open connections:", w.Usage(t.addr).Streams, 1),
				is("to hear", fmt.Sprint(slices.Sorted(slices.Values(t.heard))), "[to all welcome]"),
			}
		})
	}
}

// linkFails: the same, and one connection fails on the way.
func (s suite) linkFails(w scenario.World) {
	for i := range 2 {
		t := s.talker(w, i, w.Addr(1-i))
		ends(w, t.addr, "P2P-10", func() []error {
			return []error{t.consistent(), is("open connections:", w.Usage(t.addr).Streams, len(t.p2p.Peers()))}
		})
	}
}
