package nodetest

import (
	"time"

	"strata/gossip"
	"strata/gossip/search"
	"strata/messaging"
	"strata/network"
	"strata/node/blocksync"
)

// requests counts what a node asks for. It stands below the node, on its messaging, so that it sees every question
// whatever part of the node puts it.
type requests struct {
	messaging.Messaging
	blocks  map[network.ConnID]int
	locates int
	search  int // searches that it begins or passes on
	lowest  uint64
	host    network.Host
	asked   map[uint64]time.Time // when for a range with that first block, until it is answered
	twice   int                  // ranges asked for again before there was an answer, or its time was over
}

// Request counts the questions of the sync, by kind, and looks at what they ask for.
func (r *requests) Request(to network.ConnID, kind messaging.Kind, payload []byte, done func([]byte, error)) {
	switch kind {
	case blocksync.KindLocate:
		r.locates++
	case blocksync.KindBlocks:
		r.blocks[to]++
		if m, err := blocksync.ParseRange(payload); err == nil {
			done = r.asks(m.First, done)
		}
	}
	r.Messaging.Request(to, kind, payload, done)
}

// asks notes a question for the range from a block on.
func (r *requests) asks(first uint64, done func([]byte, error)) func([]byte, error) {
	if r.lowest == 0 || first < r.lowest {
		r.lowest = first
	}
	now := r.host.Now()
	// Until its time is over a question for a range is out, and must not be put to another peer.
	if before, open := r.asked[first]; open && now.Sub(before) < syncDeadline {
		r.twice++
	}
	r.asked[first] = now
	return func(reply []byte, err error) {
		delete(r.asked, first)
		done(reply, err)
	}
}

// Send counts searches for blocks.
func (r *requests) Send(to network.ConnID, kind messaging.Kind, payload []byte) error {
	if kind == gossip.KindPrefix+search.KindPrefix+"block" {
		r.search++
	}
	return r.Messaging.Send(to, kind, payload)
}

// counted has the nodes of the suite count their requests, by host.
func (s *suite) counted() map[network.Host]*requests {
	all := map[network.Host]*requests{}
	inner := s.stack.NewMessaging
	s.stack.NewMessaging = func(h network.Host, net network.Network, cfg messaging.Config) messaging.Messaging {
		all[h] = &requests{Messaging: inner(h, net, cfg), host: h, blocks: map[network.ConnID]int{},
			asked: map[uint64]time.Time{}}
		return all[h]
	}
	return all
}
