//go:build !wasip1

package boundary

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"strata/chain"
	"strata/gossip"
	"strata/ledgers/electives"
	"strata/mempool"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
)

// Finding is what came of one thing that a kit has to do.
type Finding struct {
	What  string
	Wrong string // and what to do about it; empty: it is right
}

// Check tries a command as its author would: does it keep to the protocol? First come the rules of the exchange, up to
// the first that it breaks; then the layers. Steps that are not written are no mistake. The error wraps ErrStart.
func Check(c Command) ([]Finding, error) {
	p := NewProcess(c)
	defer p.Close()
	if err := p.Start(); err != nil {
		if errors.Is(err, ErrStart) {
			return nil, err
		}
		return []Finding{{What: "its first line", Wrong: err.Error() + "\n" + firstLine}}, nil
	}
	found, electives := []Finding{{What: "its first line"}}, p.running.link.electives
	for _, r := range rules {
		wrong := attempt(func() string { return r.try(p) })
		p.Reset()
		if found = append(found, Finding{r.what, wrong}); wrong != "" {
			return found, nil
		}
	}
	return append(found, p.checkLayers(append(tries(), electiveTries(electives)...))...), nil
}

// firstLine is what an author may have forgotten.
const firstLine = `it begins with the line {"strata":1}, and flushes it; what it says on standard error stands above`

// checkLayers tries each layer.
func (p *Process) checkLayers(all []try) (found []Finding) {
	for _, try := range all {
		f := Finding{What: try.what, Wrong: attempt(func() string { try.do(Stack(p)); return "" })}
		found = append(found, f)
		if f.Wrong == "" {
			f = Finding{What: "reset after " + try.what}
			if err := p.reset(); err != nil {
				f.Wrong = err.Error()
			}
			found = append(found, f)
		} else {
			p.Reset()
		}
	}
	return found
}

// attempt says what is wrong, which may be what an attempt panicked with. A step that is not written is right.
func attempt(do func() string) (wrong string) {
	defer func() {
		value := recover()
		if _, missing := value.(network.NotWritten); value == nil || missing {
			return
		}
		wrong = fmt.Sprint(value)
	}()
	return do()
}

// try is one thing that a kit has to do.
type try struct {
	what string
	do   func(electives.Stack)
}

// must is for configs of ours, which are complete.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func tries() []try {
	h := idling()
	return []try{
		{"a network: made, started, asked to dial, stopped", func(s electives.Stack) {
			n := s.NewNetwork(h, must(network.Config{Listen: "10.0.0.1:1"}.Complete()))
			_ = n.Start(deaf{})
			n.Dial("10.0.0.2:1", func(network.ConnID, error) {})
			_ = n.Send(7, []byte("nobody"))
			n.Close(7)
			n.Stop()
		}},
		{"messaging: made, started, given a handler, stopped", func(s electives.Stack) {
			m := s.NewMessaging(h, quiet{}, must(messaging.Config{}.Complete()))
			_ = m.Handle("echo", func(_ network.ConnID, payload []byte) ([]byte, bool) { return payload, true })
			_ = m.Start(nil)
			m.Request(7, "echo", nil, func([]byte, error) {})
			m.Stop()
		}},
		{"p2p: made, started, asked for its peers, stopped", func(s electives.Stack) {
			cfg := must(p2p.Config{Self: "10.0.0.1:1", Bootstrap: []network.Addr{"10.0.0.2:1"}}.Complete())
			p := s.NewP2P(h, quiet{}, silent{}, cfg)
			_ = p.Start(nil)
			_ = p.Peers()
			_ = p.Broadcast("echo", []byte("all"))
			p.Stop()
		}},
		{"gossip: made, started, asked to broadcast, stopped", func(s electives.Stack) {
			g := s.NewGossip(h, alone{}, must(gossip.Config{}.Complete()))
			_ = g.Handle("news", func(network.Addr, []byte) bool { return true })
			_ = g.Start(nil)
			_ = g.Broadcast("news", []byte("all"))
			g.Stop()
		}},
		{"a mempool: made, started, given a transaction, listed, stopped", func(s electives.Stack) {
			m := s.NewMempool(h, mute{}, must(mempool.Config{Verifier: trusting{}}.Complete()))
			_ = m.Start(nil)
			_ = m.Add(mempool.Transaction{Amount: 1})
			_ = m.Transactions()
			m.Stop()
		}},
		{"a chain: made, given a transaction, a block, and asked for one", func(s electives.Stack) {
			e := s.NewExecutor(chain.Config{Params: must(chain.Params{Difficulty: 1}.Complete()), Verifier: trusting{}})
			b := e.Build(chain.NewState(), empty{}, mempool.PublicKey{1})
			_ = e.Apply(chain.NewState(), chain.Seal(b))
			_ = e.Execute(chain.NewState(), mempool.Transaction{})
		}},
	}
}

// idle is a host in which nothing ever happens.
type idle struct {
	network.Host
	rand  *rand.Rand
	timer network.TimerID
}

func idling() *idle { return &idle{rand: rand.New(rand.NewPCG(1, 2))} }

func (h *idle) Now() time.Time         { return time.Unix(1, 0) }
func (h *idle) Rand() *rand.Rand       { return h.rand }
func (h *idle) Cancel(network.TimerID) {}

func (h *idle) After(time.Duration, func()) network.TimerID { h.timer++; return h.timer }

func (h *idle) Dial(network.Addr, func(network.Stream, error)) {}

func (h *idle) Listen(network.Addr, func(network.Stream)) (network.Listener, error) {
	return shut{}, nil
}

type shut struct{}

func (shut) Close() {}

type deaf struct{}

func (deaf) Connected(network.ConnID, network.Side)           {}
func (deaf) Received(network.ConnID, []byte)                  {}
func (deaf) Disconnected(network.ConnID, network.Side, error) {}

// quiet, silent, alone and mute are layers below in which nothing happens.
type quiet struct{}

func (quiet) Start(network.Handler) error                    { return nil }
func (quiet) Dial(network.Addr, func(network.ConnID, error)) {}
func (quiet) Send(network.ConnID, []byte) error              { return network.ErrClosed }
func (quiet) Close(network.ConnID)                           {}
func (quiet) Stop()                                          {}

type silent struct{}

func (silent) Start(messaging.Watcher) error                                       { return nil }
func (silent) Handle(messaging.Kind, messaging.Handler) error                      { return nil }
func (silent) Send(network.ConnID, messaging.Kind, []byte) error                   { return network.ErrClosed }
func (silent) Request(network.ConnID, messaging.Kind, []byte, func([]byte, error)) {}
func (silent) Stop()                                                               {}

type alone struct{}

func (alone) Start(p2p.Watcher) error                                           { return nil }
func (alone) Handle(messaging.Kind, p2p.Handler) error                          { return nil }
func (alone) Peers() []network.Addr                                             { return nil }
func (alone) Send(network.Addr, messaging.Kind, []byte) error                   { return p2p.ErrNotPeer }
func (alone) Request(network.Addr, messaging.Kind, []byte, func([]byte, error)) {}
func (alone) Broadcast(messaging.Kind, []byte, ...network.Addr) error           { return nil }
func (alone) Stop()                                                             {}

type mute struct{}

func (mute) Start(p2p.Watcher) error                     { return nil }
func (mute) Handle(messaging.Kind, gossip.Handler) error { return nil }
func (mute) Broadcast(messaging.Kind, []byte) error      { return nil }
func (mute) Stop()                                       {}

// trusting takes every signature for right.
type trusting struct{}

func (trusting) Verify(mempool.Transaction) error             { return nil }
func (trusting) VerifyBatch(txs []mempool.Transaction) []bool { return make([]bool, len(txs)) }

type empty struct{}

func (empty) Transactions() []mempool.Transaction { return nil }
func (empty) Evict(...mempool.TxID)               {}
