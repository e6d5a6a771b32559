package daemon

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	"strata/chain"
	"strata/network"
	"strata/node"
	"strata/node/process/tcphost"
)

// How long a node may take, at most, until its code is taken to have no end.
const (
	stopWithin   = 1500 * time.Millisecond // to stop
	answerWithin = 5 * time.Second         // to get round to a question
)

// Running is a node on a loop of its own. Its methods are for any goroutine but the loop's; the
// node is to be touched within Do alone.
type Running struct {
	Addr network.Addr // of the node
	Loop *tcphost.Loop
	Node *node.Node

	once     sync.Once
	broken   chan struct{} // closed once the store is corrupt, or takes no more
	brokenBy error         // how; set before
}

// Run starts a node. On an error nothing is left of it. Errors: those of node.New; that it cannot
// listen; a panic of its code, as *tcphost.PanicError.
func Run(stack chain.Stack, cfg node.Config, log slog.Handler) (*Running, error) {
	r := &Running{Addr: cfg.P2P.Self, Loop: tcphost.NewLoop(tcphost.LoopConfig{Log: log}), broken: make(chan struct{})}
	if cfg.Store != nil {
		cfg.Store = commits{cfg.Store, r.storeBroke}
	}
	host := r.Loop.Host(r.Addr)
	var failed error
	err := r.Do(func() {
		if r.Node, failed = node.New(host, stack, cfg); failed == nil {
			r.Node.OnDamage(r.storeBroke)
			failed = cannotListen(cfg, r.Node.Start())
		}
	})
	if err == nil && failed != nil {
		r.Loop.Close()
		err = failed
	}
	if err != nil {
		return nil, err
	}
	return r, nil
}

// cannotListen says of a start that failed, which is for want of its address, where that is.
func cannotListen(cfg node.Config, err error) error {
	var op *net.OpError
	switch {
	case errors.Is(err, network.ErrAddrInUse):
		return fmt.Errorf("cannot listen at %s: %w; choose another with --listen", cfg.Network.Listen, network.ErrAddrInUse)
	case errors.As(err, &op):
		return fmt.Errorf("cannot listen at %s: %w", cfg.Network.Listen, op.Err) // without every layer's word on it
	case err != nil:
		return fmt.Errorf("cannot listen at %s: %w", cfg.Network.Listen, err)
	}
	return nil
}

// storeBroke makes Until return. It may be called on any goroutine.
func (r *Running) storeBroke(err error) {
	r.once.Do(func() {
		r.brokenBy = err
		close(r.broken)
	})
}

// Do runs f on the node's loop. If that has ended, it says why; if a callback does not return, f
// may run later than Do does.
func (r *Running) Do(f func()) error {
	ran := make(chan bool, 1)
	go func() { ran <- r.Loop.Do(f) }()
	select {
	case ok := <-ran:
		if ok {
			return nil
		}
	case <-time.After(answerWithin):
		return r.stuck(answerWithin)
	}
	if err := r.Loop.Err(); err != nil {
		return err
	}
	return network.ErrClosed
}

func (r *Running) stuck(after time.Duration) error {
	return fmt.Errorf("node %s does not answer for %v: a callback in its layers does not return", r.Addr, after)
}

// Until waits for the context to end and then stops the node. The error is a panic of the node's
// code, or store.ErrCorrupt of its store, on which it stops by itself.
func (r *Running) Until(ctx context.Context) error {
	select {
	case <-r.Loop.Done():
		r.Loop.Close()
		return r.Loop.Err()
	case <-r.broken:
		return errors.Join(r.brokenBy, r.Stop())
	case <-ctx.Done():
		return r.Stop()
	}
}

// Stop stops the node. One whose code never returns is left behind after a time, with an error.
func (r *Running) Stop() error {
	stopped := make(chan error, 1)
	go func() {
		r.Loop.Do(r.Node.Stop)
		r.Loop.Close()
		stopped <- r.Loop.Err()
	}()
	select {
	case err := <-stopped:
		return err
	case <-time.After(stopWithin):
		return r.stuck(stopWithin)
	}
}
