package latticenode

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"strata/gossip"
	"strata/ledgers"
	"strata/ledgers/lattice"
	"strata/messaging"
	"strata/network"
	"strata/node/process/tcphost"
	"strata/p2p"
)

// Config says who a node is, and how it runs.
type Config struct {
	Genesis lattice.Genesis
	Key     ed25519.PrivateKey // of the node: it votes if balances name it as their representative
	Addr    network.Addr       // where it listens, and others reach it
	Others  []network.Addr     // nodes to start from; they are named to others that ask for peers, too
	Dir     string             // of its disk; it is made if need be
	Limits  lattice.Config     // waiting times and bounds; its Genesis is filled in
	Log     slog.Handler
}

// Running is a node. Its methods are for any goroutine but the loop's.
type Running struct {
	loop   *tcphost.Loop
	ledger lattice.Lattice // touched on the loop alone
	watch  ledgers.Watcher
}

// Run starts a node, and founds its disk if that is empty. watch is called on the node's loop. On an error nothing is
// left of it. Errors: tcphost.ErrInUse; ledgers.ErrForeign and ledgers.ErrDamaged; that it cannot listen; a panic of
// its code, as *tcphost.PanicError.
func Run(stack lattice.Stack, cfg Config, watch ledgers.Watcher) (*Running, error) {
	r := &Running{loop: tcphost.NewLoop(tcphost.LoopConfig{Log: cfg.Log}), watch: watch}
	host, err := r.loop.HostOf(tcphost.HostConfig{
		Name: cfg.Addr, Directory: cfg.Dir, Key: cfg.Key, Protocol: "strata/" + cfg.Genesis.Chain().String(),
	})
	if err == nil {
		err = r.found(host, cfg)
	}
	if err == nil {
		var failed error
		if !r.loop.Do(func() { failed = r.start(stack, host, cfg) }) {
			failed = r.loop.Err()
		}
		err = failed
	}
	if err != nil {
		r.loop.Close()
		return nil, fmt.Errorf("node %s: %w", cfg.Addr, err)
	}
	return r, nil
}

// found writes the founding record of a disk that has nothing on it.
func (r *Running) found(host network.Host, cfg Config) error {
	done := make(chan error, 1)
	asked := r.loop.Do(func() {
		if len(host.Disk().Names()) > 0 {
			done <- nil
			return
		}
		ledgers.Found(host.Disk(), cfg.Genesis.Chain(), host.Identity().Key(), func(err error) { done <- err })
	})
	if !asked {
		return r.loop.Err()
	}
	return <-done
}

// start puts the layers together, on the loop.
func (r *Running) start(stack lattice.Stack, host network.Host, cfg Config) error {
	limits := cfg.Limits
	limits.Genesis = cfg.Genesis
	netCfg, errNet := network.Config{Listen: cfg.Addr}.Complete()
	msgCfg, errMsg := messaging.Config{Timeout: 2 * time.Second}.Complete()
	peerCfg, errPeers := p2p.Config{Self: cfg.Addr, Bootstrap: cfg.Others, Interval: time.Second}.Complete()
	gossipCfg, errGossip := gossip.Config{}.Complete()
	full, err := limits.Complete()
	if err := errors.Join(errNet, errMsg, errPeers, errGossip, err); err != nil {
		return err
	}
	net := stack.NewNetwork(host, netCfg)
	roster := ledgers.Roster{Messaging: stack.NewMessaging(host, net, msgCfg), Self: cfg.Addr}
	for _, addr := range cfg.Others {
		roster.Members = append(roster.Members, ledgers.Member{Addr: addr})
	}
	peers := stack.NewP2P(host, net, roster, peerCfg)
	r.ledger = stack.NewLattice(host, stack.NewGossip(host, peers, gossipCfg), peers, full)
	return r.ledger.Start(r.watch)
}

// Submit submits a block. Errors: those of ledgers.Ledger.Submit; the loop has ended.
func (r *Running) Submit(b *lattice.Block) (id ledgers.OpID, err error) {
	failed := r.do(func() { id, err = r.ledger.Submit(b.Encode()) })
	return id, errors.Join(failed, err)
}

// Status is where a node stands.
type Status struct {
	Digest  ledgers.Digest
	Loose   int   // blocks that are not cemented
	Failure error // why the ledger has stopped by itself
}

// Status is where the node stands. Errors: the loop has ended.
func (r *Running) Status() (s Status, err error) {
	err = r.do(func() {
		s.Digest, s.Failure = r.ledger.Digest(), r.ledger.Failure()
		s.Loose, _ = r.ledger.Book().Loose()
	})
	return s, err
}

// do runs f on the node's loop. Errors: why that has ended.
func (r *Running) do(f func()) error {
	if r.loop.Do(f) {
		return nil
	}
	if err := r.loop.Err(); err != nil {
		return err
	}
	return network.ErrClosed
}

// Stop stops the node. Errors: a panic of its code.
func (r *Running) Stop() error {
	r.loop.Do(r.ledger.Stop)
	r.loop.Close()
	return r.loop.Err()
}
