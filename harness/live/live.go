package live

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"strata/gossip"
	"strata/harness/course/steps"
	"strata/harness/grade/report"
	"strata/messaging"
	"strata/network"
	"strata/node/process/tcphost"
	"strata/p2p"
)

// Layers that can be tried so.
var Layers = steps.Layers[:4]

// Config of a session.
type Config struct {
	Layer     string // one of Layers
	Stack     gossip.Stack
	Listen    network.Addr      // where this node listens
	Self      network.Addr      // where others reach it; empty: Listen
	Bootstrap []network.Addr    // nodes of others
	Name      string            // that others see in the chat; empty: Self
	Told      func(line string) // a line for the user; called on the loop, and must not call the session
	Log       slog.Handler      // nil: nowhere
}

// Session is a layer that runs. Its methods are for any goroutine.
type Session struct {
	loop  *tcphost.Loop
	layer layer
}

// layer is what a session does with its layer, on the loop.
type layer interface {
	start() error
	say(line string) error
	stop()
}

// Start starts the layer. Errors: faults of the addresses; those of its Start; a panic of its code, as
// *tcphost.PanicError; that of ctx, which ends before the layer's code returns: what it left is gone once that does.
func Start(ctx context.Context, cfg Config) (*Session, error) {
	if cfg.Self == "" {
		cfg.Self = cfg.Listen
	}
	if cfg.Name == "" {
		cfg.Name = string(cfg.Self)
	}
	parts, err := cfg.parts()
	if err != nil {
		return nil, err
	}
	s := &Session{loop: tcphost.NewLoop(tcphost.LoopConfig{Log: cfg.Log})}
	host := s.loop.Host(cfg.Self)
	var failed error
	err = s.do(ctx, func() {
		s.layer = cfg.build(host, parts)
		failed = s.layer.start()
	})
	switch {
	case ctx.Err() != nil: // the code may still be at it, and write what is read below
		go s.loop.Close()
		return nil, ctx.Err()
	case err == nil && failed != nil:
		s.loop.Close()
		err = failed
	}
	if errors.Is(err, network.ErrAddrInUse) {
		err = fmt.Errorf("cannot listen at %s: %w; choose another with --listen", cfg.Listen, network.ErrAddrInUse)
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

// parts are the configs of the layers.
type parts struct {
	network   network.Config
	messaging messaging.Config
	p2p       p2p.Config
	gossip    gossip.Config
}

// parts are those configs with their defaults. One error lists the faults of all.
func (c Config) parts() (p parts, err error) {
	var faults [4]error
	p.network, faults[0] = network.Config{Listen: c.Listen}.Complete()
	p.messaging, faults[1] = messaging.Config{}.Complete()
	p.p2p, faults[2] = p2p.Config{Self: c.Self, Bootstrap: others(c.Bootstrap, c.Self)}.Complete()
	p.gossip, faults[3] = gossip.Config{}.Complete()
	return p, errors.Join(faults[:]...)
}

// build makes the layer and those below it.
func (c Config) build(host network.Host, with parts) layer {
	net := c.Stack.NewNetwork(host, with.network)
	if c.Layer == "network" {
		return &echo{cfg: c, net: net}
	}
	msg := c.Stack.NewMessaging(host, net, with.messaging)
	if c.Layer == "messaging" {
		return &asker{cfg: c, host: host, net: net, msg: msg}
	}
	peers := c.Stack.NewP2P(host, net, msg, with.p2p)
	if c.Layer == "p2p" {
		return &crawler{cfg: c, host: host, peers: peers, lists: make(map[network.Addr][]network.Addr)}
	}
	return &chat{cfg: c, peers: peers, gossip: c.Stack.NewGossip(host, peers, with.gossip)}
}

// others are all addresses but one's own.
func others(all []network.Addr, self network.Addr) []network.Addr {
	return slices.DeleteFunc(slices.Clone(all), func(a network.Addr) bool { return a == self })
}

// do runs f on the loop. The error says why the loop has ended, or is that of ctx: then f may still be running, and
// nothing that it writes may be read.
func (s *Session) do(ctx context.Context, f func()) error {
	ran := make(chan bool, 1)
	go func() { ran <- s.loop.Do(f) }()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case done := <-ran:
		if done {
			return nil
		}
	}
	if s.loop.Err() != nil {
		return s.loop.Err()
	}
	return network.ErrClosed
}

// Say does what the user typed. The error says why that cannot be done, or why the session has ended; or is that of
// ctx, if the layer's code does not return before.
func (s *Session) Say(ctx context.Context, line string) error {
	var failed error
	if err := s.do(ctx, func() { failed = s.layer.say(line) }); err != nil {
		return err
	}
	return failed
}

// Network is what is known of the network: the peers of this node, and of each of its peers. It is empty but for p2p.
// The error is as of Say.
func (s *Session) Network(ctx context.Context) (map[network.Addr][]network.Addr, error) {
	var known map[network.Addr][]network.Addr
	err := s.do(ctx, func() {
		if c, ok := s.layer.(*crawler); ok {
			known = c.network()
		}
	})
	if err != nil {
		return nil, err
	}
	return known, nil
}

// Done is closed when the session has ended: by Stop, or by a panic of the layer's code, which Err has.
func (s *Session) Done() <-chan struct{} { return s.loop.Done() }

// Err is the panic that ended the session, as *tcphost.PanicError; nil: there was none.
func (s *Session) Err() error { return s.loop.Err() }

// stopWithin is how long a layer may take to stop, until its code is taken to have no end.
const stopWithin = 1500 * time.Millisecond

// Stop stops the layer. One whose code never returns is left behind after a time.
func (s *Session) Stop() {
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		_ = s.do(context.Background(), s.layer.stop) // it may have ended by itself
		s.loop.Close()
	}()
	select {
	case <-stopped:
	case <-time.After(stopWithin):
	}
}

// tell has a line for the user. No control character of what strangers send is in it.
func (c Config) tell(format string, args ...any) {
	c.Told(report.OneLine(fmt.Sprintf(format, args...)))
}

// target is whom this node dials.
func (c Config) target() network.Addr {
	if len(c.Bootstrap) > 0 {
		return c.Bootstrap[0]
	}
	return c.Self
}

// errAlone reports that there is nobody to talk to yet.
var errAlone = errors.New("not connected yet: wait for a line that says so")

// text is a payload to be read.
func text(payload []byte) string { return strings.ToValidUTF8(string(payload), "\uFFFD") }
