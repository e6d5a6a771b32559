package orders_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/chain"
	"strata/gossip"
	"strata/harness/explore"
	"strata/harness/explore/orders"
	"strata/mempool"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
	"strata/solutions"
)

// TestSuite_CatchesWrongOnes explores stacks with one layer that is wrong in some orders only.
func TestSuite_CatchesWrongOnes(t *testing.T) {
	for _, c := range []struct {
		what, scenario, rule string
		breaks               func(s *chain.Stack)
	}{
		{"messages that come late", "network/orders-closing", "NET-8", deliverLater},
		{"a request that ends twice", "messaging/orders-endings", "MSG-7", endTwice},
		{"requests known by their id alone", "messaging/orders-replies", "MSG-8", forgetConnections},
		{"a replaced connection that is closed at once", "p2p/orders-both-dial", "P2P-6", closeAtOnce},
		{"too few ids remembered", "gossip/orders-triangle", "GSP-3", rememberOne},
		{"the last seen transaction stays", "mempool/orders-conflict", "MEM-4", lastWins},
		{"a payload that is changed", "messaging/orders-endings", "NET-12", scribble},
	} {
		t.Run(c.what, func(t *testing.T) {
			stack := solutions.Stack()
			c.breaks(&stack)
			for _, s := range orders.Suite(stack) {
				if s.Name != c.scenario {
					continue
				}
				r := explore.Run(s, explore.Options{})
				require.True(t, r.Failed(), r.Coverage)
				require.Equal(t, c.rule, r.Failure.Rule, r.Failure.Text)
				again := explore.Replay(s, r.Schedule, explore.Options{})
				require.Equal(t, [2]string{r.Failure.Rule, r.Failure.Text},
					[2]string{again.Failure.Rule, again.Failure.Text})
			}
		})
	}
}

// deliverLater hands messages over a millisecond after they came.
func deliverLater(s *chain.Stack) {
	right := s.NewNetwork
	s.NewNetwork = func(h network.Host, cfg network.Config) network.Network {
		return &lateNetwork{Network: right(h, cfg), host: h}
	}
}

type lateNetwork struct {
	network.Network
	network.Handler
	host network.Host
}

func (l *lateNetwork) Start(h network.Handler) error {
	l.Handler = h
	return l.Network.Start(l)
}

func (l *lateNetwork) Received(id network.ConnID, payload []byte) {
	l.host.After(time.Millisecond, func() { l.Handler.Received(id, payload) })
}

// scribble writes into what was delivered.
func scribble(s *chain.Stack) {
	right := s.NewNetwork
	s.NewNetwork = func(h network.Host, cfg network.Config) network.Network {
		return &scribbler{Network: right(h, cfg)}
	}
}

type scribbler struct {
	network.Network
	network.Handler
}

func (n *scribbler) Start(h network.Handler) error {
	n.Handler = h
	return n.Network.Start(n)
}

func (n *scribbler) Received(id network.ConnID, payload []byte) {
	n.Handler.Received(id, payload)
	payload[len(payload)-1] ^= 1
}

// endTwice has a timeout of its own, which nobody cancels.
func endTwice(s *chain.Stack) {
	right := s.NewMessaging
	s.NewMessaging = func(h network.Host, net network.Network, cfg messaging.Config) messaging.Messaging {
		return &doubleMessaging{right(h, net, cfg), h, cfg.Timeout}
	}
}

type doubleMessaging struct {
	messaging.Messaging
	host    network.Host
	timeout time.Duration
}

func (d *doubleMessaging) Request(to network.ConnID, kind messaging.Kind, payload []byte, done func([]byte, error)) {
	ended := false
	d.Messaging.Request(to, kind, payload, func(reply []byte, err error) {
		ended = err == nil
		done(reply, err)
	})
	d.host.After(d.timeout/2, func() {
		if !ended {
			done(nil, messaging.ErrTimeout)
		}
	})
}

// forgetConnections looks for a request under its number on whatever connection.
func forgetConnections(s *chain.Stack) {
	right := s.NewMessaging
	s.NewMessaging = func(h network.Host, net network.Network, cfg messaging.Config) messaging.Messaging {
		return &numbered{right(h, net, cfg), map[network.ConnID]int{}, map[int]func([]byte, error){}}
	}
}

type numbered struct {
	messaging.Messaging
	last map[network.ConnID]int
	done map[int]func([]byte, error)
}

func (n *numbered) Request(to network.ConnID, kind messaging.Kind, payload []byte, done func([]byte, error)) {
	n.last[to]++
	number := n.last[to]
	n.done[number] = done
	n.Messaging.Request(to, kind, payload, func(reply []byte, err error) {
		if done := n.done[number]; done != nil {
			delete(n.done, number)
			done(reply, err)
		}
	})
}

// closeAtOnce gives p2p a clock that does not wait for a second.
func closeAtOnce(s *chain.Stack) {
	right := s.NewP2P
	s.NewP2P = func(h network.Host, net network.Network, msg messaging.Messaging, cfg p2p.Config) p2p.P2P {
		return right(hasty{h}, net, msg, cfg)
	}
}

type hasty struct{ network.Host }

func (h hasty) After(d time.Duration, f func()) network.TimerID {
	if d == time.Second {
		d = 0
	}
	return h.Host.After(d, f)
}

// rememberOne remembers one id.
func rememberOne(s *chain.Stack) {
	right := s.NewGossip
	s.NewGossip = func(h network.Host, peers p2p.P2P, cfg gossip.Config) gossip.Gossip {
		cfg.MaxSeen = 1
		return right(h, peers, cfg)
	}
}

// lastWins evicts what stands against a newcomer.
func lastWins(s *chain.Stack) {
	right := s.NewMempool
	s.NewMempool = func(h network.Host, g gossip.Gossip, cfg mempool.Config) mempool.Mempool {
		e := &evicting{Gossip: g}
		e.pool = right(h, e, cfg)
		return e.pool
	}
}

type evicting struct {
	gossip.Gossip
	pool mempool.Mempool
}

func (e *evicting) Handle(kind messaging.Kind, h gossip.Handler) error {
	return e.Gossip.Handle(kind, func(from network.Addr, payload []byte) bool {
		tx, err := mempool.ParseTransaction(payload)
		for _, old := range e.pool.Transactions() {
			if err == nil && old.Sender == tx.Sender && old.Nonce == tx.Nonce && old != tx {
				e.pool.Evict(old.ID())
			}
		}
		return h(from, payload)
	})
}

// TestRun_FindsWhatVaries: what a node does must depend on its history alone.
func TestRun_FindsWhatVaries(t *testing.T) {
	stack := solutions.Stack()
	right, calls := stack.NewP2P, 0
	stack.NewP2P = func(h network.Host, net network.Network, msg messaging.Messaging, cfg p2p.Config) p2p.P2P {
		if calls++; calls%2 == 0 {
			h.After(time.Minute, func() {})
			h.After(time.Second, func() { panic(errors.New("a global variable says so")) })
		}
		return right(h, net, msg, cfg)
	}
	s := orders.Suite(stack)[3]
	r := explore.Run(s, explore.Options{})
	require.True(t, r.Failed(), r.Coverage)
}
