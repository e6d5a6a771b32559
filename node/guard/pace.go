package guard

import (
	"strings"
	"time"

	"strata/chain"
	"strata/gossip"
	"strata/gossip/search"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
)

// pace bounds what a guarded node passes on of what strangers say. Each of them may keep within its limits,
// and all of them together be over what this node may send to its peers, who would take it for the
// flooder and ban it. So a node passes on no more than half of what one address may send.
type pace struct {
	host   network.Host
	rate   int       // messages a second
	second time.Time // when count began
	count  int
}

// pace makes one of that many messages a second; there is always one.
func (g *Guard) pace(rate int) *pace { return &pace{host: g.host, rate: max(1, rate)} }

func (p *pace) allows() bool {
	if now := p.host.Now(); now.Sub(p.second) >= time.Second {
		p.second, p.count = now, 0
	}
	p.count++
	return p.count <= p.rate
}

// pacedGossip does not pass on too much.
type pacedGossip struct {
	gossip.Gossip
	guard *Guard
	pace  *pace
}

// Handle lets blocks alone: each has cost its maker a proof of work (FRK-7). What members say to each other is not
// paced either.
func (g pacedGossip) Handle(kind messaging.Kind, h gossip.Handler) error {
	if kind == chain.KindNewBlock {
		return g.Gossip.Handle(kind, h)
	}
	return g.Gossip.Handle(kind, func(from network.Addr, payload []byte) (pass bool) {
		return h(from, payload) && (g.guard.amongMembers() || g.pace.allows())
	})
}

// pacedPeers does not carry too many answers of searches on their way back.
type pacedPeers struct {
	p2p.P2P
	guard *Guard
	pace  *pace
}

// Send drops an answer that is one too many: who asked asks again.
func (p pacedPeers) Send(to network.Addr, kind messaging.Kind, payload []byte) error {
	if strings.HasPrefix(string(kind), search.ResponseKindPrefix) && !p.pace.allows() {
		return nil
	}
	return p.P2P.Send(to, kind, payload)
}

// Request asks a peer for its peers as whoever asks wants it: what it says, and nothing else.
func (p pacedPeers) Request(to network.Addr, kind messaging.Kind, payload []byte, done func(reply []byte, err error)) {
	p.guard.verbatim = kind == p2p.KindGetPeers
	p.P2P.Request(to, kind, payload, done)
	p.guard.verbatim = false
}
