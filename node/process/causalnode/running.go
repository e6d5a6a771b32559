package causalnode

import (
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"strata/gossip"
	"strata/ledgers"
	"strata/ledgers/causal"
	"strata/messaging"
	"strata/network"
	"strata/node/process/tcphost"
	"strata/p2p"
)

// Config says who a replica is, and how it runs.
type Config struct {
	Genesis causal.Genesis // its members are who a replica starts from
	Key     ed25519.PrivateKey
	Addr    network.Addr // where it listens, and others reach it
	Dir     string       // of its disk; it is made if need be
	Log     slog.Handler
}

// Running is a replica. Its methods are for any goroutine but the loop's.
type Running struct {
	loop    *tcphost.Loop
	replica causal.Causal // touched on the loop alone, as what follows
	updates int
	blamed  error
}

// Run starts a replica, and founds its disk if that is empty. On an error nothing is left of it. Errors:
// tcphost.ErrInUse; ledgers.ErrForeign and ledgers.ErrDamaged; that it cannot listen; a panic of its code, as
// *tcphost.PanicError.
func Run(stack causal.Stack, cfg Config) (*Running, error) {
	r := &Running{loop: tcphost.NewLoop(tcphost.LoopConfig{Log: cfg.Log})}
	host, err := r.loop.HostOf(tcphost.HostConfig{
		Name: cfg.Addr, Directory: cfg.Dir, Key: cfg.Key, Protocol: "strata/" + cfg.Genesis.Chain().String(),
	})
	if err == nil {
		err = r.found(host, cfg)
	}
	if err == nil {
		var failed error
		err = r.do(func() { failed = r.start(stack, host, cfg) })
		err = errors.Join(err, failed)
	}
	if err != nil {
		r.loop.Close()
		return nil, fmt.Errorf("replica %s: %w", cfg.Addr, err)
	}
	return r, nil
}

// found writes the founding record of a disk that has nothing on it.
func (r *Running) found(host network.Host, cfg Config) error {
	done := make(chan error, 1)
	err := r.do(func() {
		if len(host.Disk().Names()) > 0 {
			done <- nil
			return
		}
		ledgers.Found(host.Disk(), cfg.Genesis.Chain(), host.Identity().Key(), func(err error) { done <- err })
	})
	if err != nil {
		return err
	}
	return <-done
}

// start puts the layers together, on the loop.
func (r *Running) start(stack causal.Stack, host network.Host, cfg Config) error {
	var others []network.Addr
	for _, m := range cfg.Genesis.Members {
		if m.Addr != cfg.Addr {
			others = append(others, m.Addr)
		}
	}
	netCfg, errNet := network.Config{Listen: cfg.Addr}.Complete()
	msgCfg, errMsg := messaging.Config{Timeout: 2 * time.Second}.Complete()
	peerCfg, errPeers := p2p.Config{Self: cfg.Addr, Bootstrap: others, Interval: time.Second}.Complete()
	gossipCfg, errGossip := gossip.Config{}.Complete()
	full, errCausal := causal.Config{Genesis: cfg.Genesis}.Complete()
	if err := errors.Join(errNet, errMsg, errPeers, errGossip, errCausal); err != nil {
		return err
	}
	net := stack.NewNetwork(host, netCfg)
	roster := ledgers.Roster{Messaging: stack.NewMessaging(host, net, msgCfg), Self: cfg.Addr, Members: cfg.Genesis.Members}
	peers := stack.NewP2P(host, net, roster, peerCfg)
	r.replica = stack.NewCausal(host, stack.NewGossip(host, peers, gossipCfg), peers, full)
	return r.replica.Start(watcher{r})
}

// watcher counts what a replica is told.
type watcher struct{ r *Running }

func (w watcher) Delivered(causal.ID, *causal.Update) { w.r.updates++ }
func (w watcher) Equivocated(causal.Proof)            {}
func (w watcher) Blamed(from network.Addr, why error) {
	w.r.blamed = fmt.Errorf("%s is blamed: %w", from, why)
}

// Write has the replica write what change makes of its document, and waits until that is safe and told. Errors: those
// of causal.Causal.Write; the loop has ended.
func (r *Running) Write(change func(causal.Document) []causal.Op) error {
	done := make(chan error, 1)
	err := r.do(func() {
		r.replica.Write(change(r.replica.Document()), func(_ causal.ID, err error) { done <- err })
	})
	if err != nil {
		return err
	}
	select {
	case err := <-done:
		return err
	case <-r.loop.Done():
		return errors.Join(network.ErrClosed, r.loop.Err())
	}
}

// Status is where a replica stands.
type Status struct {
	Updates int      // delivered
	Heads   int      // of these, that none names
	Digest  [32]byte // of the heads: equal digests, equal documents
	Failure error    // why it has stopped by itself
	Blamed  error    // the last peer that sent what no correct one sends; nil: none did
}

// Status is where the replica stands. Errors: the loop has ended.
func (r *Running) Status() (s Status, err error) {
	err = r.do(func() {
		heads := r.replica.Heads()
		s = Status{Updates: r.updates, Heads: len(heads), Failure: r.replica.Failure(), Blamed: r.blamed}
		h := sha256.New()
		for _, id := range heads {
			h.Write(id[:])
		}
		h.Sum(s.Digest[:0])
	})
	return s, err
}

// Look shows the document, which look only reads, and keeps nothing of. Errors: the loop has ended.
func (r *Running) Look(look func(causal.Document)) error {
	return r.do(func() { look(r.replica.Document()) })
}

// do runs f on the replica's loop. Errors: why that has ended.
func (r *Running) do(f func()) error {
	if r.loop.Do(f) {
		return nil
	}
	if err := r.loop.Err(); err != nil {
		return err
	}
	return network.ErrClosed
}

// Stop stops the replica. Errors: a panic of its code.
func (r *Running) Stop() error {
	r.loop.Do(r.replica.Stop)
	r.loop.Close()
	return r.loop.Err()
}
