// Package search finds what some node of the network has, without knowing which. It is provided:
// read it as an example of a protocol on top of gossip.
//
//	asker -- gossip search:<kind>: search id | query --> ... --> a node that has an answer
//	asker <-- search_response:<kind>: search id | answer <-- back along the way that the query came
//
// The query spreads by gossip. A node that has an answer does not pass the query on; every other
// node remembers which peer the query came from, and hands the answers that come for it back to
// that peer, one hop at a time. So no node needs to know, or to reach, the asker.
//
// Guarantees. The asker's own handler is asked first. The result callback runs for each answer
// until it takes one, and once with ErrTimeout if it took none in time. What is remembered is
// bounded in time (Config.Remember) and in number (Config.MaxRemembered).
//
// Simplifications. An answer is anybody's word: the asker has to be able to check it, as with a
// block that is asked for by its hash. A way back that breaks loses the answers on it; the asker
// asks again.
//
// Source: the query flooding of Gnutella 0.4, there with a time to live where we have a seen-set.
package search

import (
	"errors"
	"fmt"
	"time"

	"strata/gossip"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
)

// The prefixes of this protocol's kinds: a query is gossiped, a response goes to one peer.
const (
	KindPrefix         = "search:"
	ResponseKindPrefix = "search_response:"
)

// ErrTimeout reports a search whose callback took no answer in time. Ask again, or give up.
var ErrTimeout = errors.New("search timed out")

// Config of searches. Zero values mean the defaults.
type Config struct {
	Remember      time.Duration // how long a search lives, here and on its way; 0 means 30 s
	MaxRemembered int           // searches of others remembered at most, the oldest go first; 0 means 4,096
}

// Complete returns the config with its defaults filled in, or one error that lists every fault.
func (c Config) Complete() (Config, error) {
	if c.Remember == 0 {
		c.Remember = 30 * time.Second
	}
	if c.MaxRemembered == 0 {
		c.MaxRemembered = 4096
	}
	if c.Remember < 0 || c.MaxRemembered < 0 {
		return c, fmt.Errorf("search: Remember %v, MaxRemembered %d: neither may be negative", c.Remember, c.MaxRemembered)
	}
	return c, nil
}

// Answer looks for what a query asks. ok says whether this node has it; it may be empty.
type Answer func(query []byte) (answer []byte, ok bool)

// Result is given each answer, with a nil error, until it returns true; or once ErrTimeout, last.
type Result func(answer []byte, err error) (taken bool)

// Search asks the network, answers it, and passes answers back. All methods are called on the
// node's loop.
type Search struct {
	host    network.Host
	peers   p2p.P2P
	gossip  gossip.Gossip
	cfg     Config
	answers map[messaging.Kind]Answer
	own     map[ID]*asked
	routes  routes
	stopped bool
}

// asked is a search of our own that goes on.
type asked struct {
	kind    messaging.Kind
	result  Result
	timeout network.TimerID
}

// New makes the search on peers and gossip that have not been started. It has no effect on the
// world before Handle and Query. The config is complete.
func New(host network.Host, peers p2p.P2P, g gossip.Gossip, cfg Config) *Search {
	return &Search{
		host: host, peers: peers, gossip: g, cfg: cfg,
		answers: make(map[messaging.Kind]Answer),
		own:     make(map[ID]*asked),
		routes:  routes{max: cfg.MaxRemembered},
	}
}

// Handle says how this node answers searches of a kind. Only nodes that handle a kind pass on its
// queries and answers. Errors: messaging.ErrBadKind (the kind with its prefixes counts),
// messaging.ErrDuplicateKind, and then the first answer stays.
func (s *Search) Handle(kind messaging.Kind, answer Answer) error {
	err := s.gossip.Handle(KindPrefix+kind, func(from network.Addr, payload []byte) bool {
		return s.asked(from, kind, payload)
	})
	if err == nil {
		err = s.peers.Handle(ResponseKindPrefix+kind, func(_ network.Addr, payload []byte) ([]byte, bool) {
			s.answered(kind, payload)
			return nil, false
		})
	}
	if err != nil {
		return fmt.Errorf("search: %w", err)
	}
	s.answers[kind] = answer
	return nil
}

// Query asks the whole network, this node first. result may be called before Query returns. Once
// the layer is stopped it is never called.
func (s *Search) Query(kind messaging.Kind, query []byte, result Result) {
	if s.stopped {
		return
	}
	if answer := s.answers[kind]; answer != nil {
		if found, ok := answer(query); ok && result(found, nil) {
			return
		}
	}
	id := newID(s.host.Rand())
	timeout := s.host.After(s.cfg.Remember, func() {
		delete(s.own, id)
		result(nil, ErrTimeout)
	})
	s.own[id] = &asked{kind: kind, result: result, timeout: timeout}
	if err := s.gossip.Broadcast(KindPrefix+kind, encode(id, query)); err != nil {
		s.host.Log().Warn("query not sent", "kind", string(kind), "err", err)
	}
}

// Stop ends all searches; no callback runs afterwards. Stopping twice does nothing.
func (s *Search) Stop() {
	s.stopped = true
	for id, a := range s.own {
		s.host.Cancel(a.timeout)
		delete(s.own, id)
	}
}

// asked handles a query that has come by gossip, and says whether it travels on.
func (s *Search) asked(from network.Addr, kind messaging.Kind, payload []byte) (pass bool) {
	id, query, ok := decode(payload)
	if !ok || s.stopped {
		return false
	}
	if _, ours := s.own[id]; ours {
		return false // an id of ours under another gossip id: somebody replays it
	}
	if answer, ok := s.answers[kind](query); ok {
		s.respond(from, kind, encode(id, answer))
		return false
	}
	return s.routes.add(id, from, s.host.Now(), s.cfg.Remember)
}

// answered handles an answer that a peer has sent: it is for us, or goes back along the route.
func (s *Search) answered(kind messaging.Kind, payload []byte) {
	id, answer, ok := decode(payload)
	if !ok || s.stopped {
		return
	}
	if a := s.own[id]; a != nil {
		if a.kind == kind && a.result(answer, nil) {
			s.host.Cancel(a.timeout)
			delete(s.own, id)
		}
		return
	}
	if back, ok := s.routes.find(id, s.host.Now(), s.cfg.Remember); ok {
		s.respond(back, kind, payload)
	}
}

// respond sends an answer one hop. If that peer is gone the answer is lost, and the asker's
// timeout says so.
func (s *Search) respond(to network.Addr, kind messaging.Kind, payload []byte) {
	if err := s.peers.Send(to, ResponseKindPrefix+kind, payload); err != nil {
		s.host.Log().Debug("answer not passed back", "kind", string(kind), "peer", to, "err", err)
	}
}
