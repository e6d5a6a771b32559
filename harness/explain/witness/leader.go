package witness

import (
	"strata/gossip"
	"strata/harness/trace"
	"strata/ledgers/leader"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
)

// Leader is elective 7 with the witness around it.
func (w *Witness) Leader(newLeader leader.New) leader.New {
	return func(h network.Host, g gossip.Gossip, peers p2p.P2P, cfg leader.Config) leader.Leader {
		w.set(leader.Name, h, cfg, plainLeader)
		if w.names[h.Rand()] == "" { // no network stands below it: the trace has nothing else of what is said
			g = &watchedWords{g, w}
		}
		return newLeader(h, g, peers, cfg)
	}
}

// plainLeader has no members, which are no setting.
var plainLeader = plain(leader.Config{})

// watchedWords is the gossip below a member: what the member says and hears is told.
type watchedWords struct {
	gossip.Gossip
	w *Witness
}

// Handle is gossip.Gossip's, as is the following.
func (g *watchedWords) Handle(kind messaging.Kind, h gossip.Handler) error {
	return g.Gossip.Handle(kind, func(from network.Addr, payload []byte) bool {
		g.w.tell(leader.Name, "hears %s: %s", kind, trace.LeaderWords(kind, payload))
		return h(from, payload)
	})
}

func (g *watchedWords) Broadcast(kind messaging.Kind, payload []byte) error {
	g.w.tell(leader.Name, "says %s: %s", kind, trace.LeaderWords(kind, payload))
	return g.Gossip.Broadcast(kind, payload)
}
