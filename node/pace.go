package node

import (
	"strings"
	"time"

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

func (p *pace) allows() bool {
	if now := p.host.Now(); now.Sub(p.second) >= time.Second {
		p.second, p.count = now, 0
	}
	p.count++
	return p.count <= p.rate
}

// passesOn is the gossip that does not pass on too much.
func (s *sentry) passesOn(g gossip.Gossip) gossip.Gossip {
	if s.Guard == nil {
		return g
	}
	return pacedGossip{g, &pace{host: s.host, rate: max(1, s.messages/2)}}
}

type pacedGossip struct {
	gossip.Gossip
	pace *pace
}

// Handle lets blocks alone: each has cost its maker a proof of work (FRK-7).
func (g pacedGossip) Handle(kind messaging.Kind, h gossip.Handler) error {
	if kind == KindNewBlock {
		return g.Gossip.Handle(kind, h)
	}
	return g.Gossip.Handle(kind, func(from network.Addr, payload []byte) (pass bool) {
		return h(from, payload) && g.pace.allows()
	})
}

// answers is the peers for search, without too many answers on their way back.
func (s *sentry) answers(peers p2p.P2P) p2p.P2P {
	if s.Guard == nil {
		return peers
	}
	return pacedPeers{peers, &pace{host: s.host, rate: max(1, s.messages/4)}}
}

type pacedPeers struct {
	p2p.P2P
	pace *pace
}

// Send drops an answer that is one too many: who asked asks again.
func (p pacedPeers) Send(to network.Addr, kind messaging.Kind, payload []byte) error {
	if strings.HasPrefix(string(kind), search.ResponseKindPrefix) && !p.pace.allows() {
		return nil
	}
	return p.P2P.Send(to, kind, payload)
}
