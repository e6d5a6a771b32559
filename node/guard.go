package node

import (
	"slices"
	"time"

	"strata/messaging"
	"strata/network"
	"strata/node/guard"
	"strata/node/peertable"
	"strata/p2p"
)

const (
	saveEvery = 5 * time.Minute // between two times that the peer table is saved
	anchors   = 16              // addresses of the table that a node begins with
)

// sentry is the node's guard with what it has to remember. Without a guard in the config it is the
// zero value: then nothing is limited and nobody blamed.
type sentry struct {
	*guard.Guard // nil: none
	host         network.Host
	table        *peertable.Table
	timer        network.TimerID
	peers        func() []network.Addr // set once there is a p2p
	maxIncoming  int                   // peers that have chosen us
	messages     int                   // a second that one address may send
	bootstrap    []network.Addr        // as the config has them
	verbatim     bool                  // a request for peers is on its way whose answer stays as it is
}

// newSentry makes what the config asks for, and restores what an earlier life of the node knew: its
// good peers are dialled as if they were bootstrap nodes. Error: the store's.
func newSentry(host network.Host, cfg *Config) (*sentry, error) {
	if cfg.Guard == nil {
		return &sentry{host: host}, nil
	}
	table, bans, err := peertable.Open(cfg.Store)
	if err != nil {
		return nil, err
	}
	s := &sentry{Guard: guard.New(host, *cfg.Guard), host: host, table: table, maxIncoming: incomingPeers(cfg.P2P.MaxPeers),
		messages: cfg.Guard.Messages, bootstrap: cfg.P2P.Bootstrap}
	s.Restore(bans)
	s.OnFailedDial(table.Failed)
	known := table.Best(anchors)
	cfg.P2P.Bootstrap = append(known, cfg.P2P.Bootstrap...)
	return s, nil
}

// below is the host for the network layer.
func (s *sentry) below() network.Host {
	if s.Guard == nil {
		return s.host
	}
	return s.Host()
}

// messaging puts the sentry before who handles hellos.
func (s *sentry) messaging(m messaging.Messaging) messaging.Messaging {
	if s.Guard == nil {
		return m
	}
	return introduced{m, s}
}

type introduced struct {
	messaging.Messaging
	*sentry
}

// Handle has the guard learn by what address each connection wants to be known (P2P-1), and says no for the
// layer if too many have chosen us.
func (i introduced) Handle(kind messaging.Kind, h messaging.Handler) error {
	if kind != p2p.KindHello {
		return i.Messaging.Handle(kind, h)
	}
	return i.Messaging.Handle(kind, func(from network.ConnID, hello []byte) ([]byte, bool) {
		if addr, err := p2p.ParseAddr(hello); err == nil && i.sendsAway(addr) {
			others := slices.DeleteFunc(i.peers(), func(peer network.Addr) bool { return peer == addr })
			return p2p.Answer{Peers: others}.Encode(), true
		}
		reply, ok := h(from, hello)
		if answer, err := p2p.DecodeAnswer(reply, 1); ok && err == nil && answer.Accepted {
			i.Name(network.Addr(hello))
		}
		return reply, ok
	})
}

// sendsAway says whether to reject the hello of whoever wants to be known by that address. A name that
// is in use belongs to the IP address that has it: otherwise its connection would be replaced by that of whoever
// claims it (P2P-6). And of those who have no name here there are only so many places.
func (s *sentry) sendsAway(name network.Addr) bool {
	if slices.Contains(s.peers(), name) {
		return s.Taken(name)
	}
	return s.Introduced() >= s.maxIncoming
}

// incomingPeers is how many peers may have chosen us. P2p dials as long as it has fewer than half of
// MaxPeers (P2P-8): with fewer places for those from outside, some of the peers are always of our own choice, and
// there are never so many that p2p has to draw which ones to lose. Whoever is sent away is told of others
// (P2P-4).
func incomingPeers(maxPeers int) int {
	return max(1, maxPeers/2-max(1, maxPeers/8))
}

// blameSync blames a peer whose sync was no good. If the verdict came later than the message, its
// connection is found by what it calls itself: the peer that answered is the one that p2p sends to, and
// that is the newest of the name (P2P-6), or the one that we dialled.
func (s *sentry) blameSync(peer network.Addr, _ error) {
	if s.Guard == nil {
		return
	}
	if s.Handling() {
		s.Penalise(guard.BadSync)
	} else {
		s.PenalisePeer(peer, guard.BadSync)
	}
}

// arrived notes a peer that can be reached where it says.
func (s *sentry) arrived(peer network.Addr) {
	if s.Guard != nil && s.Dialled(peer) {
		s.table.Good(peer, s.host.Now())
	}
}

// start saves the table from time to time.
func (s *sentry) start() {
	if s.Guard == nil {
		return
	}
	s.timer = s.host.After(saveEvery, func() {
		s.save()
		s.start()
	})
}

// stop saves the table a last time, before the peers are disconnected.
func (s *sentry) stop() {
	if s.Guard != nil {
		s.host.Cancel(s.timer)
		s.save()
	}
}

// save keeps the table and the bans for the next life. A peer that is there now was seen now.
func (s *sentry) save() {
	for _, peer := range s.peers() {
		s.arrived(peer)
	}
	if err := s.table.Save(s.Bans()); err != nil {
		s.host.Log().Error("peer table not saved", "err", err)
	}
}

// Guard is what limits strangers, and can be asked about them; nil if the config has none.
func (n *Node) Guard() *guard.Guard { return n.sentry.Guard }
