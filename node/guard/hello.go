package guard

import (
	"cmp"
	"slices"
	"time"

	"strata/messaging"
	"strata/network"
	"strata/p2p"
)

// introduced is a messaging that looks at what p2p says and hears of peers.
type introduced struct {
	messaging.Messaging
	guard *Guard
}

// Handle has the guard learn by what address each connection wants to be known (P2P-1), and says no for the
// layer if too many have chosen us.
func (i introduced) Handle(kind messaging.Kind, h messaging.Handler) error {
	if kind != p2p.KindHello {
		return i.Messaging.Handle(kind, h)
	}
	return i.Messaging.Handle(kind, func(from network.ConnID, hello []byte) ([]byte, bool) {
		if addr, err := p2p.ParseAddr(hello); err == nil && !i.guard.isOwn(addr) && i.guard.sendsAway(addr) {
			others := slices.DeleteFunc(i.guard.peers.Peers(), func(peer network.Addr) bool { return peer == addr })
			return p2p.Answer{Peers: others}.Encode(), true
		}
		reply, ok := h(from, hello)
		if answer, err := p2p.DecodeAnswer(reply, 1); ok && err == nil && answer.Accepted {
			i.guard.Name(network.Addr(hello))
		}
		return reply, ok
	})
}

// sendsAway says whether to reject the hello of whoever wants to be known by that address. A name that
// is in use belongs to the IP address that has it: otherwise its connection would be replaced by that of whoever
// claims it (P2P-6). And there are only so many places.
func (g *Guard) sendsAway(name network.Addr) bool {
	if g.operator.dropped[name] || g.pretends(name) {
		return true
	}
	if g.current != nil && g.current.source.member {
		return false
	}
	if slices.Contains(g.peers.Peers(), name) {
		return g.Taken(name)
	}
	return !g.hasPlace() && !g.makesRoom(name)
}

// P2p asks its peers for others, and the bootstrap nodes only when it has no peers at all. After a
// partition that no connection outlived, the two halves would stay apart if each has peers enough
// within. The guard therefore adds to what peers answer whom the node remembers: p2p dials these too,
// as long as it wants more peers (P2P-8) and with its waits between failures (P2P-13).

// Remembers has f list the addresses that the node knows of itself. They are added to each list of
// peers that a peer answers to p2p (P2P-9).
func (g *Guard) Remembers(f func() []network.Addr) { g.remembered = f }

// Request sends a request, and adds to the answer of a peer that is asked for its peers what the node
// remembers. If somebody above p2p asks, the answer stays as it was said, see pacedPeers.
func (i introduced) Request(to network.ConnID, kind messaging.Kind, payload []byte, done func(reply []byte, err error)) {
	if kind == p2p.KindHello {
		answered := done
		done = func(reply []byte, err error) { answered(i.guard.takes(reply, err), err) }
	}
	if kind == p2p.KindGetPeers && !i.guard.verbatim {
		answered := done
		done = func(reply []byte, err error) {
			if err == nil {
				reply = i.guard.withRemembered(reply)
			}
			answered(reply, err)
		}
	}
	i.Messaging.Request(to, kind, payload, done)
}

// maxListed is how many addresses of one answer p2p looks at (P2P-13).
const maxListed = 1000

// takes is the answer to a hello of ours as p2p is to hear it: if all places have been taken while the
// dial was under way, and not by that very peer, it came to nothing.
func (g *Guard) takes(reply []byte, err error) []byte {
	peers := g.peers.Peers()
	if err != nil || g.cfg.MaxPeers == 0 || len(peers) < g.cfg.MaxPeers {
		return reply
	}
	answer, err := p2p.DecodeAnswer(reply, maxListed)
	if err != nil || !answer.Accepted || g.current != nil && slices.Contains(peers, g.current.dialled) {
		return reply
	}
	answer.Accepted = false
	return answer.Encode()
}

// joinWithin is how long p2p hears of nobody else than whom it is to dial.
const joinWithin = 10 * time.Second

// Join has p2p dial the address, or whomever is named there (P2P-4), although it has all the peers that it
// wants: as many as are too many are given up, those who have chosen us first.
func (g *Guard) Join(to network.Addr) {
	g.joining, g.joinUntil = to, g.host.Now().Add(joinWithin)
	surplus := len(g.peers.Peers()) - (g.cfg.MaxPeers+1)/2 + 1
	for _, chosen := range []bool{false, true} {
		for _, c := range slices.Clone(g.conns) {
			if surplus > 0 && c.incoming() != chosen && slices.Contains(g.peers.Peers(), cmp.Or(c.dialled, c.name)) {
				c.end(ErrMadeRoom)
				surplus--
			}
		}
	}
}

// withRemembered puts the addresses that the node remembers before those of a peer list, of which no
// more than so many are looked at (P2P-13).
func (g *Guard) withRemembered(list []byte) []byte {
	if g.host.Now().Before(g.joinUntil) {
		return p2p.JoinPeers([]network.Addr{g.joining})
	}
	own := p2p.JoinPeers(slices.Concat(g.operator.added, g.remembered()))
	if len(own) > 0 && len(list) > 0 {
		own = append(own, ',')
	}
	return append(own, list...)
}
