package orders

import (
	"fmt"
	"slices"

	"strata/messaging"
	"strata/network"
	"strata/p2p"
	"strata/p2p/p2ptest"
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
	// What came of its peers, in the order in which it came.
	heard []string
}

// talker adds a node that dials those, once.
func (s suite) talker(w scenario.World, number int, dials ...network.Addr) *talker {
	peer := &talker{w: w, addr: w.Addr(number)}
	w.Node(peer.addr, func(h network.Host) {
		*peer = talker{w: w, addr: peer.addr, p2p: Peers(s.stack, h, peer.addr, dials...),
			listed: make(map[network.Addr]bool)}
		scenario.Must(peer.p2p.Handle(talk, func(from network.Addr, payload []byte) ([]byte, bool) {
			if !peer.listed[from] {
				w.Fail(p2ptest.P2P11Heard, "expected messages of listed peers only, got %q from %s", payload, from)
			}
			peer.heard = append(peer.heard, string(payload))
			return nil, false
		}))
		scenario.Must(peer.p2p.Start(peer))
	})
	w.Show(peer.addr, func() string { return fmt.Sprintf("peers %v, heard %q", peer.p2p.Peers(), peer.heard) })
	return peer
}

// PeerArrived greets the peer: it must be possible to send to it from now on.
func (t *talker) PeerArrived(peer network.Addr) {
	if t.listed[peer] {
		t.w.Fail(p2ptest.P2P6Listed, "expected no PeerArrived of a peer that is listed, got one of %s", peer)
	}
	t.listed[peer] = true
	t.arrivals++
	if err := t.p2p.Send(peer, talk, []byte("welcome")); err != nil {
		t.w.Fail(p2ptest.P2P3First, "expected that a peer that arrives can be sent a message, got %v", err)
	}
}

// PeerLost takes the peer off the list.
func (t *talker) PeerLost(peer network.Addr) {
	if !t.listed[peer] {
		t.w.Fail(p2ptest.P2P10Lost, "expected PeerLost of listed peers only, got one of %s", peer)
	}
	delete(t.listed, peer)
	t.losses++
}

// consistent says whether the list is what the events say.
func (t *talker) consistent() error {
	// Both ways: who is listed arrived, and as many arrived as are listed.
	peers := t.p2p.Peers()
	for _, p := range peers {
		if !t.listed[p] {
			return fmt.Errorf("expected PeerArrived for each listed peer, got none for %s", p)
		}
	}
	return Is("listed peers, by the events:", len(peers), len(t.listed))
}

// bothDial: two nodes dial each other at once, and so have two connections for a moment. In every order
// one is left, the other one is not missed, and what each says to the other as soon as it arrives is
// heard.
func (s suite) bothDial(w scenario.World) {
	// Each is checked by what it alone has seen.
	for i := range 2 {
		peer := s.talker(w, i, w.Addr(1-i))
		// When all is over each broadcasts, which shows what connection is left to it.
		w.At(late, peer.addr, "broadcasts", func() { scenario.Must(peer.p2p.Broadcast(talk, []byte("to all"))) })
		w.Ends(peer.addr, p2ptest.P2P6One, func() error {
			return At(peer.addr,
				Is("the peers", fmt.Sprint(peer.p2p.Peers()), fmt.Sprint([]network.Addr{w.Addr(1 - i)})),
				Is("arrivals and losses:", [2]int{peer.arrivals, peer.losses}, [2]int{1, 0}),
				Is("open connections:", w.Usage(peer.addr).Streams, 1),
				Is("to hear", fmt.Sprint(slices.Sorted(slices.Values(peer.heard))), "[to all welcome]"),
			)
		})
	}
}

// linkFails: the same, and one connection fails on the way. Which of the two it is, and when, decides
// whether the peer is lost; but arrivals and losses alternate, and the list says what the connections
// do.
func (s suite) linkFails(w scenario.World) {
	for i := range 2 {
		peer := s.talker(w, i, w.Addr(1-i))
		w.Ends(peer.addr, p2ptest.P2P10Lost, func() error {
			return At(peer.addr, peer.consistent(), Is("open connections:",
				w.Usage(peer.addr).Streams, len(peer.p2p.Peers())))
		})
	}
}
