package ledgernode

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"time"

	"strata/gossip"
	"strata/ledgers"
	"strata/messaging"
	"strata/network"
	"strata/node/guard"
	"strata/node/process/operator"
	"strata/node/process/tcphost"
	"strata/p2p"
)

// Config says how a node runs. Nothing in it changes a verdict (LED-1).
type Config struct {
	Directory Directory
	Listen    network.Addr   // where it listens; empty: at its address in genesis. An observer needs one
	Bootstrap []network.Addr // nodes to start from besides the members
	Guard     *guard.Config  // of strangers; its Self and Members are filled in. nil: there is no guard
	Log       slog.Handler

	// Faucet is the key of an account of elective 8 whose money the API gives away; nil: it gives nothing. It is for
	// a development network.
	Faucet ed25519.PrivateKey
}

// Running is a node on a loop of its own. Its methods are for any goroutine but the loop's.
type Running struct {
	Addr   network.Addr // by which others know the node
	Config Config
	Chain  ledgers.ChainID

	loop   *tcphost.Loop
	host   network.Host
	guard  *guard.Guard // nil: there is none; touched within do alone, as the next two
	peers  p2p.P2P
	name   string
	ledger Node
	watch  *watch
	broken chan error

	faucet     *faucet            // nil: there is none
	operator   *operator.Operator // nil: the ledger has none
	outbox     *outbox
	endKeeping func() // ends the writing of what the process keeps
}

// lookEvery is how often the process looks whether the ledger has stopped by itself.
const lookEvery = 200 * time.Millisecond

// Run starts a node. On an error nothing is left of it. Errors: tcphost.ErrInUse; ledgers.ErrForeign and
// ledgers.ErrDamaged, with what there is to do; that it cannot listen; a panic of its code, as
// *tcphost.PanicError; that the directory is that of another ledger.
func Run(ledger Ledger, cfg Config) (*Running, error) {
	d := cfg.Directory
	if err := d.Of(ledger.Name); err != nil {
		return nil, err
	}
	r := &Running{Config: cfg, Chain: d.Genesis.Chain(), name: ledger.Name, watch: newWatch(), broken: make(chan error, 1)}
	listen, err := r.address()
	if err != nil {
		return nil, err
	}
	if ledger.Operated {
		if err := r.operate(); err != nil {
			return nil, err
		}
		cfg.Log = r.operator.Log(cfg.Log)
	}
	var again [][]byte
	if r.outbox, again, err = openOutbox(filepath.Join(d.Path, FileWaiting)); err != nil {
		return nil, err
	}
	r.watch.outbox = r.outbox
	if cfg.Faucet != nil {
		var gifts [][]byte
		if r.faucet, gifts, err = openFaucet(filepath.Join(d.Path, FileGifts), cfg.Faucet); err != nil {
			return nil, err
		}
		again = append(again, gifts...)
	}
	r.loop = tcphost.NewLoop(tcphost.LoopConfig{Log: cfg.Log})
	host, err := r.loop.HostOf(tcphost.HostConfig{
		Name: r.Addr, Directory: d.Disk(), Key: d.Key, Protocol: Protocol(r.Chain),
	})
	if err != nil {
		r.loop.Close()
		if errors.Is(err, tcphost.ErrInUse) {
			err = fmt.Errorf("data directory %s is used by another node: %w", d.Path, tcphost.ErrInUse)
		}
		return nil, err
	}
	r.host = host
	var failed error
	if !r.loop.Do(func() { failed = r.start(ledger, listen, again) }) {
		failed = r.loop.Err()
	}
	if failed != nil {
		r.loop.Close()
		return nil, r.withRemedy(failed)
	}
	r.startKeeping()
	return r, nil
}

// address notes by which address others know the node, and says at which it listens.
func (r *Running) address() (listen network.Addr, err error) {
	r.Addr, listen, err = r.Config.Directory.Address(r.Config.Listen)
	return listen, err
}

// Protocol is what nodes of a chain name to each other when they connect.
func Protocol(chain ledgers.ChainID) string { return "strata/" + chain.String() }

// start puts the layers together, on the loop.
func (r *Running) start(ledger Ledger, listen network.Addr, again [][]byte) error {
	g := r.Config.Directory.Genesis
	bootstrap := r.Config.Bootstrap
	for _, m := range g.Roster() {
		if m.Addr != r.Addr {
			bootstrap = append(bootstrap, m.Addr)
		}
	}
	netCfg, errNet := network.Config{Listen: listen}.Complete()
	msgCfg, errMsg := messaging.Config{Timeout: 2 * time.Second}.Complete()
	peerCfg, errPeers := p2p.Config{Self: r.Addr, Bootstrap: bootstrap, Interval: time.Second}.Complete()
	gossipCfg, errGossip := gossip.Config{}.Complete()
	stack, err := r.guarded(ledger, peerCfg)
	if err := errors.Join(errNet, errMsg, errPeers, errGossip, err); err != nil {
		return err
	}
	net := stack.NewNetwork(r.host, netCfg)
	msg := ledgers.Roster{Messaging: stack.NewMessaging(r.host, net, msgCfg), Members: g.Roster(), Self: r.Addr}
	r.peers = stack.NewP2P(r.host, net, msg, peerCfg)
	if len(ledger.Meshed) > 0 {
		r.peers = ledgers.NewMesh(r.peers, g.Roster(), ledger.Meshed...)
	}
	spread := stack.NewGossip(r.host, r.peers, gossipCfg)
	if r.operator != nil {
		r.peers, spread = r.operator.Peers(r.peers), r.operator.Gossip(spread)
	}
	if r.ledger, err = ledger.Build(g, r.host, spread, r.peers); err != nil {
		return err
	}
	if err := r.ledger.Start(r.watch); err != nil {
		return CannotListen(err, listen)
	}
	r.submitAgain(again)
	r.look()
	return nil
}

// guarded is the layers below the ledger with the guard between them, if there is one.
func (r *Running) guarded(ledger Ledger, peers p2p.Config) (gossip.Stack, error) {
	below := ledger.Below
	if r.Config.Guard == nil {
		return below, nil
	}
	cfg, members := *r.Config.Guard, r.Config.Directory.Genesis.Roster()
	if cfg.MaxPeers == 0 && ledger.Places > len(members) {
		cfg.MaxPeers = peers.MaxPeers - ledger.Places
	}
	g, err := Guard(r.host, cfg, members, peers)
	if err != nil {
		return below, err
	}
	r.guard, r.watch.guard = g, g
	return g.Layers(below), nil
}

// Guard makes the guard of a node among members, who are known by their keys; places are kept for all of them. Errors:
// the faults of its config.
func Guard(host network.Host, cfg guard.Config, members []ledgers.Member, peers p2p.Config) (*guard.Guard, error) {
	cfg.Self, cfg.Members = peers.Self, map[network.Addr]network.PublicKey{}
	for _, m := range members {
		cfg.Members[m.Addr] = m.Key
	}
	if cfg.MaxPeers == 0 {
		cfg.MaxPeers = peers.MaxPeers - len(members)
	}
	cfg, err := cfg.Complete()
	if err != nil {
		return nil, err
	}
	return guard.New(host, cfg), nil
}

// look ends the node if the ledger has stopped by itself, and tells the operator what is new.
func (r *Running) look() {
	if err := r.ledger.Failure(); err != nil {
		r.broken <- r.withRemedy(err)
		return
	}
	r.guard.Recognise(r.ledger.Members()...)
	if r.operator != nil {
		r.ledger.Look(r.operator, r.peers.Peers())
	}
	r.host.After(lookEvery, r.look)
}

// CannotListen says of a start that failed for want of its address where that is.
func CannotListen(err error, at network.Addr) error {
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
func (r *Running) withRemedy(err error) error {
	dir := r.Config.Directory.Path
	switch {
	case errors.Is(err, ledgers.ErrForeign):
		return fmt.Errorf("%w; genesis, key and disk in %s do not belong together: `strata init` makes a directory, and nothing in it is to be exchanged", err, dir)
	case errors.Is(err, ledgers.ErrDamaged):
		return fmt.Errorf("%w; nothing was changed but ends of files that were no whole record; if the disk is lost, `strata node --ledger %s --data %s --lost-disk` puts it aside and starts the member as one that has lost it", err, r.name, dir)
	case errors.Is(err, network.ErrDiskFull):
		return fmt.Errorf("the node stopped, since its disk is full: %w; nothing that it promised is lost: make room and start it again", err)
	case errors.Is(err, network.ErrDiskFailed):
		return fmt.Errorf("the node stopped, since its disk has failed: %w; mend that and start it again", err)
	}
	return err
}

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
	return errors.Join(r.loop.Err(), r.stopKeeping())
}
