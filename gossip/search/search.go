package search

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"

	"strata/gossip"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
)

// The prefixes of the kinds on the wire. gossip.KindPrefix comes before the first one.
const (
	KindPrefix         = "search:"
	ResponseKindPrefix = "search_response:"
)

// ErrUnknownKind reports a query of a kind without a handler: its answers could not come back.
// Handle the kind first.
var ErrUnknownKind = errors.New("kind of search without a handler")

// ID names one search. It is random.
type ID [gossip.IDSize]byte

// Search asks the network. All methods are called on the node's loop.
type Search struct {
	host   network.Host
	peers  p2p.P2P
	gossip gossip.Gossip
	cfg    Config

	answers map[messaging.Kind]Answer
	asking  map[ID]*question // our own
	routes  routes           // everybody else's
	stopped bool
}

// Answer gives the answer to a query, if this node has it. It must not modify the query; the answer
// it returns is not modified afterwards. nil as a handler never has one.
type Answer func(query []byte) (answer []byte, ok bool)

// question is a search of our own that has not ended.
type question struct {
	kind    messaging.Kind
	result  func(answer []byte, err error) (done bool)
	timeout network.TimerID
}

// New makes a search on layers that have not been started. It has no effect on the world before the
// first query. The config is complete.
func New(host network.Host, peers p2p.P2P, g gossip.Gossip, cfg Config) *Search {
	return &Search{
		host:    host,
		peers:   peers,
		gossip:  g,
		cfg:     cfg,
		answers: make(map[messaging.Kind]Answer),
		asking:  make(map[ID]*question),
		routes:  routes{keep: cfg.RouteFor, max: cfg.MaxRoutes},
	}
}

// Handle registers the handler of a kind, before the layers are started. Nodes that only ask and pass
// on need it too, with a nil handler. Errors: messaging.ErrBadKind (the kind with its prefixes counts),
// messaging.ErrDuplicateKind.
func (s *Search) Handle(kind messaging.Kind, answer Answer) error {
	if answer == nil {
		answer = func([]byte) ([]byte, bool) { return nil, false }
	}
	response := ResponseKindPrefix + kind
	err := s.gossip.Handle(KindPrefix+kind, func(from network.Addr, payload []byte) (pass bool) {
		return s.asked(from, kind, payload)
	})
	if err == nil {
		err = s.peers.Handle(response, func(from network.Addr, payload []byte) ([]byte, bool) {
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

// Query asks this node's own handler and then, if result did not return true, everybody. The
// query belongs to the search afterwards. result is called with each answer, from our own before
// Query returns, until it returns true. If it never does it is called once more, with
// messaging.ErrTimeout after Config.Timeout or network.ErrClosed at Stop; or at once with the error
// that kept the query from being sent: ErrUnknownKind, network.ErrFrameTooBig.
func (s *Search) Query(kind messaging.Kind, query []byte, result func(answer []byte, err error) (done bool)) {
	own, known := s.answers[kind]
	if s.stopped || !known {
		err := network.ErrClosed
		if !known {
			err = fmt.Errorf("%w: %s", ErrUnknownKind, kind)
		}
		result(nil, err)
		return
	}
	if answer, ok := own(query); ok && result(answer, nil) {
		return
	}
	id := newID(s.host.Rand())
	if err := s.gossip.Broadcast(KindPrefix+kind, encode(id, query)); err != nil {
		result(nil, err)
		return
	}
	q := &question{kind: kind, result: result}
	q.timeout = s.host.After(s.cfg.Timeout, func() { s.end(id, messaging.ErrTimeout) })
	s.asking[id] = q
}

// end ends a question of our own without success.
func (s *Search) end(id ID, err error) {
	q := s.asking[id]
	if q == nil {
		return
	}
	delete(s.asking, id)
	s.host.Cancel(q.timeout)
	q.result(nil, err)
}

// Stop ends every question of our own with network.ErrClosed and passes nothing on any longer. The layers
// below are stopped by whoever started them. Stopping twice does nothing.
func (s *Search) Stop() {
	s.stopped = true
	s.routes = routes{keep: s.cfg.RouteFor, max: s.cfg.MaxRoutes}
	ids := slices.SortedFunc(maps.Keys(s.asking), func(a, b ID) int { return slices.Compare(a[:], b[:]) })
	for _, id := range ids {
		s.end(id, network.ErrClosed)
	}
}

// asked handles somebody's question. It travels on from here if we have no answer. A search id that is
// known, our own or another's, under a new gossip id is somebody's mischief.
func (s *Search) asked(from network.Addr, kind messaging.Kind, payload []byte) (pass bool) {
	id, query, ok := decode(payload)
	if !ok || s.stopped || s.asking[id] != nil {
		return false
	}
	if _, known := s.routes.find(id, s.host.Now()); known {
		return false
	}
	answer, ok := s.answers[kind](query)
	if !ok {
		s.routes.add(id, from, s.host.Now())
		return true
	}
	s.send(from, kind, encode(id, answer))
	return false
}

// answered handles an answer: to our own question, or to one that we passed on. Any other is too late,
// or nobody asked.
func (s *Search) answered(kind messaging.Kind, payload []byte) {
	id, answer, ok := decode(payload)
	if !ok || s.stopped {
		return
	}
	if q := s.asking[id]; q != nil {
		if q.kind == kind && q.result(answer, nil) {
			delete(s.asking, id)
			s.host.Cancel(q.timeout)
		}
		return
	}
	if back, known := s.routes.find(id, s.host.Now()); known {
		s.send(back, kind, payload)
	}
}

// send sends an answer one step back. If that peer is gone, so is the way.
func (s *Search) send(to network.Addr, kind messaging.Kind, payload []byte) {
	if err := s.peers.Send(to, ResponseKindPrefix+kind, payload); err != nil {
		s.host.Log().Debug("answer not sent", "kind", string(kind), "to", string(to), "err", err)
	}
}

// The payloads are laid out as gossip's are, with a search id.
func encode(id ID, payload []byte) []byte { return gossip.Encode(gossip.MessageID(id), payload) }

func decode(wire []byte) (ID, []byte, bool) {
	id, payload, ok := gossip.Decode(wire)
	return ID(id), payload, ok
}

func newID(r *rand.Rand) ID { return ID(gossip.NewID(r)) }
