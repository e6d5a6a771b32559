package latticenode

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"

	"strata/gossip"
	"strata/ledgers"
	"strata/ledgers/lattice"
	"strata/messaging"
	"strata/network"
	"strata/node/guard"
	"strata/node/process/boltdisk"
	"strata/node/process/tcphost"
	"strata/p2p"
)

// Config says how a node runs. Nothing in it changes a verdict (LED-1).
type Config struct {
	Directory Directory
	Listen    network.Addr    // where it listens, and others reach it
	Bootstrap []network.Addr  // nodes to start from; they are named to others that ask for peers, too
	Limits    lattice.Config  // waiting times and bounds; its Genesis is that of the directory
	Guard     *guard.Config   // of strangers; its Self is filled in. nil: there is no guard
	Watch     ledgers.Watcher // is told too, on the node's loop; nil: nobody is
	Log       slog.Handler
}

// Running is a node. Its methods are for any goroutine but the loop's.
type Running struct {
	Config Config
	Chain  ledgers.ChainID

	loop   *tcphost.Loop
	store  *boltdisk.Store
	host   network.Host
	silent bool
	broken chan error
	watch  *watch

	// Touched within do alone.
	guard  *guard.Guard // nil: there is none
	peers  p2p.P2P
	ledger lattice.Lattice
}

// lookEvery is how often the process looks whether the ledger has stopped by itself.
const lookEvery = 200 * time.Millisecond

// messages is how many messages a second the guard takes of one address, unless it is given another number. A block that
// three representatives cement is seven small ones, each of which a peer passes on: 1,000 of the guard itself would be
// 150 blocks a second.
const messages = 20_000

// Run starts a node. On an error nothing is left of it. Errors: tcphost.ErrInUse; ledgers.ErrForeign and
// ledgers.ErrDamaged, with what there is to do; that it cannot listen; a panic of its code, as *tcphost.PanicError.
func Run(stack lattice.Stack, cfg Config) (*Running, error) {
	r := &Running{Config: cfg, Chain: cfg.Directory.Genesis.Chain(), broken: make(chan error, 1)}
	r.watch = newWatch(cfg.Watch)
	var err error
	if r.store, err = cfg.Directory.open(); err != nil {
		return nil, err
	}
	r.loop = tcphost.NewLoop(tcphost.LoopConfig{Log: cfg.Log})
	host, err := r.loop.HostOf(tcphost.HostConfig{
		Name: cfg.Listen, Key: cfg.Directory.Key, Protocol: "strata/" + r.Chain.String(),
	})
	var disk *boltdisk.Disk
	if err == nil {
		disk, err = r.store.Disk(r.loop.Do)
	}
	if err == nil {
		r.host = stored{host, disk}
		var failed error
		if !r.loop.Do(func() { failed = r.start(stack) }) {
			failed = r.loop.Err()
		}
		err = failed
	}
	if err != nil {
		r.loop.Close()
		return nil, withRemedy(errors.Join(err, r.store.Close()), cfg.Directory.Path)
	}
	return r, nil
}

// stored is a host with the store's disk.
type stored struct {
	network.Host
	disk network.Disk
}

func (s stored) Disk() network.Disk { return s.disk }

// start puts the layers together, on the loop.
func (r *Running) start(stack lattice.Stack) error {
	cfg := r.Config
	limits := cfg.Limits
	limits.Genesis = cfg.Directory.Genesis
	netCfg, errNet := network.Config{Listen: cfg.Listen}.Complete()
	msgCfg, errMsg := messaging.Config{Timeout: 2 * time.Second}.Complete()
	peerCfg, errPeers := p2p.Config{Self: cfg.Listen, Bootstrap: cfg.Bootstrap, Interval: time.Second}.Complete()
	gossipCfg, errGossip := gossip.Config{}.Complete()
	full, err := limits.Complete()
	if err := errors.Join(errNet, errMsg, errPeers, errGossip, err); err != nil {
		return err
	}
	r.silent = errors.Is(ledgers.CheckFounded(r.host.Disk(), r.Chain, cfg.Directory.Public()), ledgers.ErrNotFounded)
	if stack.Stack, err = r.guarded(stack.Stack, peerCfg); err != nil {
		return err
	}
	net := stack.NewNetwork(r.host, netCfg)
	roster := ledgers.Roster{Messaging: stack.NewMessaging(r.host, net, msgCfg), Self: cfg.Listen}
	for _, addr := range cfg.Bootstrap {
		roster.Members = append(roster.Members, ledgers.Member{Addr: addr})
	}
	r.peers = stack.NewP2P(r.host, net, roster, peerCfg)
	r.ledger = stack.NewLattice(r.host, stack.NewGossip(r.host, r.peers, gossipCfg), r.peers, full)
	r.watch.book = r.ledger.Book()
	if err := r.ledger.Start(r.watch); err != nil {
		return cannotListen(err, cfg.Listen)
	}
	r.host.After(lookEvery, r.look)
	return nil
}

// guarded is the layers below the ledger with the guard between them, if there is one.
func (r *Running) guarded(below gossip.Stack, peers p2p.Config) (gossip.Stack, error) {
	if r.Config.Guard == nil {
		return below, nil
	}
	cfg := *r.Config.Guard
	cfg.Self = r.Config.Listen
	if cfg.Messages == 0 {
		cfg.Messages = messages
	}
	if cfg.MaxPeers == 0 {
		cfg.MaxPeers = peers.MaxPeers
	}
	cfg, err := cfg.Complete()
	if err != nil {
		return below, err
	}
	r.guard = guard.New(r.host, cfg)
	r.watch.guard = r.guard
	return r.guard.Layers(below), nil
}

// look ends the node if the ledger has stopped by itself.
func (r *Running) look() {
	if err := r.ledger.Failure(); err != nil {
		r.broken <- withRemedy(err, r.Config.Directory.Path)
		return
	}
	r.host.After(lookEvery, r.look)
}

// cannotListen says of a start that failed for want of its address where that is.
func cannotListen(err error, at network.Addr) error {
	var op *net.OpError
	switch {
	case errors.Is(err, network.ErrAddrInUse):
		return fmt.Errorf("cannot listen at %s: %w; choose another with --listen", at, network.ErrAddrInUse)
	case errors.As(err, &op):
		return fmt.Errorf("cannot listen at %s: %w", at, op.Err)
	}
	return err
}

// withRemedy says what there is to do about a disk that cannot be used as it is.
func withRemedy(err error, dir string) error {
	switch {
	case errors.Is(err, ledgers.ErrForeign):
		return fmt.Errorf("%w; genesis, key and store in %s do not belong together: `strata-lattice init` makes a directory, and nothing in it is to be exchanged", err, dir)
	case errors.Is(err, ledgers.ErrDamaged):
		return fmt.Errorf("%w; nothing was changed but an end that was no whole record; if the store is lost, move %s out of %s: the node follows then, and votes again when you say so with --vote-again", err, FileStore, dir)
	case errors.Is(err, network.ErrDiskFailed):
		return fmt.Errorf("the node stopped, since its disk has failed or is full: %w; nothing that it promised is lost: mend that and start it again", err)
	}
	return err
}

// Silent says whether the node votes for nothing, since its store was not there from the beginning (LAT-6).
func (r *Running) Silent() bool { return r.silent }

// Broken gives the reason if the ledger stops by itself.
func (r *Running) Broken() <-chan error { return r.broken }

// Done is closed when the loop has ended, by a panic of the node's code.
func (r *Running) Done() <-chan struct{} { return r.loop.Done() }

// Err says why the loop has ended.
func (r *Running) Err() error { return r.loop.Err() }

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

// Stop stops the node.
func (r *Running) Stop() error {
	r.loop.Do(r.ledger.Stop)
	r.loop.Close()
	return errors.Join(r.loop.Err(), r.store.Close())
}
