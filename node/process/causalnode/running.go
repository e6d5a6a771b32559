package causalnode

import (
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"strata/gossip"
	"strata/ledgers"
	"strata/ledgers/agreement"
	"strata/ledgers/causal"
	"strata/ledgers/causal/blocks"
	"strata/ledgers/causal/swap"
	"strata/messaging"
	"strata/network"
	"strata/node/guard"
	"strata/node/process/ledgernode"
	"strata/node/process/tcphost"
	"strata/p2p"
)

// Config says who a replica is, and how it runs.
type Config struct {
	Genesis   causal.Genesis // its members are who a replica starts from
	Key       ed25519.PrivateKey
	Addr      network.Addr   // where others reach it
	Listen    network.Addr   // where it listens; empty: at Addr
	Bootstrap []network.Addr // nodes to start from besides the members
	Dir       string         // of its disk; it is made if need be
	Founded   bool           // the disk was founded before: an empty one was lost. Else an empty one is founded
	Interval  time.Duration  // between two blocks; 0 means 5 s (CAU-8)
	Distrust  string         // file of the members whom the operator distrusts; empty: that is forgotten with the process
	Guard     *guard.Config  // of strangers; its Self and Members are filled in. nil: there is no guard
	Log       slog.Handler
}

// Running is a replica. Its methods are for any goroutine but the loop's.
type Running struct {
	cfg     Config
	loop    *tcphost.Loop
	broken  chan error
	host    network.Host
	ledger  *blocks.Ledger // touched on the loop alone, as what follows
	replica causal.Causal  // the ledger's
	locks   *swap.Side
	deeds   []DeedView // the newest that ended, the oldest first
	peers   p2p.P2P
	guard   *guard.Guard // nil: there is none
	updates int
	blamed  error

	trust sync.Mutex // held while Trust runs; not the loop's
}

// lookEvery is how often the process looks whether the replica has stopped by itself.
const lookEvery = 200 * time.Millisecond

// Run starts a replica, and founds its disk if that is empty and may be. On an error nothing is left of it. Errors:
// tcphost.ErrInUse; ledgers.ErrForeign, ledgers.ErrDamaged and ledgers.ErrNotFounded; that it cannot listen; a panic of its code, as
// *tcphost.PanicError.
func Run(stack causal.Stack, cfg Config) (*Running, error) {
	if cfg.Listen == "" {
		cfg.Listen = cfg.Addr
	}
	r := &Running{cfg: cfg, loop: tcphost.NewLoop(tcphost.LoopConfig{Log: cfg.Log}), broken: make(chan error, 1)}
	host, err := r.loop.HostOf(tcphost.HostConfig{
		Name: cfg.Addr, Directory: cfg.Dir, Key: cfg.Key, Protocol: ledgernode.Protocol(cfg.Genesis.Chain()),
	})
	r.host = host
	if err == nil && !cfg.Founded {
		err = r.found(host, cfg)
	}
	if err == nil {
		var failed error
		err = r.do(func() { failed = r.start(stack, host, cfg) })
		if err == nil && failed == nil {
			failed = r.recallDistrust()
		}
		err = errors.Join(err, failed)
	}
	if err != nil {
		r.loop.Close()
		return nil, fmt.Errorf("replica %s: %w", cfg.Addr, r.withRemedy(err))
	}
	return r, nil
}

// withRemedy says what there is to do about a disk that cannot be used as it is.
func (r *Running) withRemedy(err error) error {
	switch {
	case errors.Is(err, tcphost.ErrInUse):
		return fmt.Errorf("%s is used by another node: %w", r.cfg.Dir, tcphost.ErrInUse)
	case errors.Is(err, ledgers.ErrForeign):
		return fmt.Errorf("%w; genesis, key and disk do not belong together: `strata init` makes a directory, and nothing in it is to be exchanged", err)
	case errors.Is(err, ledgers.ErrDamaged), errors.Is(err, ledgers.ErrNotFounded):
		return fmt.Errorf("%w; an author that has lost its own updates must not go on under its key, nor a member that has lost its votes: "+
			"`strata init --ledger causal --genesis FILE` makes a directory with another", err)
	case errors.Is(err, network.ErrDiskFull):
		return fmt.Errorf("the replica stopped, since its disk is full: %w; nothing that it told is lost: make room and start it again", err)
	case errors.Is(err, network.ErrDiskFailed):
		return fmt.Errorf("the replica stopped, since its disk has failed: %w; mend that and start it again", err)
	}
	return err
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
	others := slices.Clone(cfg.Bootstrap)
	for _, m := range cfg.Genesis.Members {
		if m.Addr != cfg.Addr {
			others = append(others, m.Addr)
		}
	}
	netCfg, errNet := network.Config{Listen: cfg.Listen}.Complete()
	msgCfg, errMsg := messaging.Config{Timeout: 2 * time.Second}.Complete()
	peerCfg, errPeers := p2p.Config{Self: cfg.Addr, Bootstrap: others, Interval: time.Second}.Complete()
	gossipCfg, errGossip := gossip.Config{}.Complete()
	full, errCausal := causal.Config{Genesis: cfg.Genesis, Interval: cfg.Interval}.Complete()
	if err := errors.Join(errNet, errMsg, errPeers, errGossip, errCausal); err != nil {
		return err
	}
	below := stack.Stack
	if cfg.Guard != nil {
		g, err := ledgernode.Guard(host, *cfg.Guard, cfg.Genesis.Members, peerCfg)
		if err != nil {
			return err
		}
		r.guard, below = g, g.Layers(below)
	}
	net := below.NewNetwork(host, netCfg)
	roster := ledgers.Roster{Messaging: below.NewMessaging(host, net, msgCfg), Self: cfg.Addr, Members: cfg.Genesis.Members}
	r.peers = below.NewP2P(host, net, roster, peerCfg)
	r.ledger = blocks.New(host, below.NewGossip(host, r.peers, gossipCfg), r.peers, full, stack)
	r.replica = r.ledger.Replica()
	r.locks = swap.NewSide(host.Identity().Key(), r.replica)
	if err := r.ledger.Start(watcher{r}); err != nil {
		return ledgernode.CannotListen(err, cfg.Listen)
	}
	r.look()
	return nil
}

// look ends the node if the replica has stopped by itself.
func (r *Running) look() {
	if err := r.ledger.Failure(); err != nil {
		r.broken <- r.withRemedy(err)
		return
	}
	r.host.After(lookEvery, r.look)
}

// Broken gives the reason if the replica stops by itself.
func (r *Running) Broken() <-chan error { return r.broken }

// Done is closed when the loop has ended, by a panic of the node's code.
func (r *Running) Done() <-chan struct{} { return r.loop.Done() }

// Err says why the loop has ended.
func (r *Running) Err() error { return r.loop.Err() }

// watcher counts what a replica is told.
type watcher struct{ r *Running }

func (w watcher) Delivered(_ causal.ID, u *causal.Update) {
	w.r.updates++
	w.r.locks.Delivered(u)
}
func (w watcher) Equivocated(causal.Proof) {}
func (w watcher) Executed(b agreement.Block, outcomes []causal.Outcome) {
	w.r.executed(b, outcomes)
}
func (w watcher) Blamed(from network.Addr, why error) {
	w.r.blamed = fmt.Errorf("%s is blamed: %w", from, why)
	o := guard.Forged
	if errors.Is(why, ledgers.ErrAnswer) {
		o = guard.BadSync
	}
	w.r.guard.Penalise(o)
}

// Write has the replica write what change makes of its document, and waits until that is safe and told. Errors: those
// of causal.Causal.Write; the loop has ended.
func (r *Running) Write(change func(causal.Document) []causal.Op) error {
	_, err := r.write(change)
	return err
}

// written is what became of a write.
type written struct {
	id  causal.ID
	err error
}

// write is Write, with the update's id.
func (r *Running) write(change func(causal.Document) []causal.Op) (causal.ID, error) {
	done := make(chan written, 1)
	err := r.do(func() {
		r.replica.Write(change(r.replica.Document()), func(id causal.ID, err error) { done <- written{id, err} })
	})
	if err != nil {
		return causal.ID{}, err
	}
	select {
	case w := <-done:
		return w.id, w.err
	case <-r.loop.Done():
		return causal.ID{}, errors.Join(network.ErrClosed, r.loop.Err())
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
		s = Status{Updates: r.updates, Heads: len(heads), Failure: r.ledger.Failure(), Blamed: r.blamed}
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
	r.loop.Do(r.ledger.Stop)
	r.loop.Close()
	return r.loop.Err()
}
