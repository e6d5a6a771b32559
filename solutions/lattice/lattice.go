// Package lattice is elective 9: see strata/ledgers/lattice for what it promises.
package lattice

import (
	"errors"
	"time"

	"strata/gossip"
	"strata/ledgers"
	"strata/ledgers/lattice"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
)

// node is one node: it has the ledger, and is a representative if enough balance names its key.
type node struct {
	host   network.Host
	gossip gossip.Gossip
	peers  p2p.P2P
	cfg    lattice.Config
	chain  ledgers.ChainID
	self   lattice.Account
	watch  ledgers.Watcher

	book    *lattice.Book
	journal lattice.Journal
	bound   map[lattice.Root]lattice.Hash // what it has voted for, for good, and is not cemented
	refused map[lattice.Hash]error        // why, of blocks that are refused for good
	heard   map[lattice.Account]passed    // when a representative's last vote came
	unsafe  map[lattice.Hash]bool         // cemented, and not yet safe on the disk
	again   []*lattice.Block              // what is to be judged again: what it lacked may be here
	fights  contests
	gaps    gaps
	places  places
	sync    syncing
	clock   passed // time that has passed since the start
	silent  bool   // it has lost its disk, and votes for nothing until its operator founds it again
	stopped bool
	failure error // why it stopped by itself
}

// passed is time since the start, in the steps of ticks: the host's clock may jump, this does not.
type passed = time.Duration

// New makes the ledger.
func New(host network.Host, g gossip.Gossip, peers p2p.P2P, cfg lattice.Config) lattice.Lattice {
	n := &node{
		host: host, gossip: g, peers: peers, cfg: cfg, chain: cfg.Genesis.Chain(), self: host.Identity().Key(),
		book:    lattice.NewBook(&cfg.Genesis),
		bound:   map[lattice.Root]lattice.Hash{},
		refused: map[lattice.Hash]error{},
		heard:   map[lattice.Account]passed{},
		unsafe:  map[lattice.Hash]bool{},
	}
	n.fights.init()
	n.gaps.init()
	n.places.init()
	n.sync.init()
	return n
}

// Start is ledgers.Ledger's.
func (n *node) Start(w ledgers.Watcher) error {
	if err := n.recover(); err != nil {
		return err
	}
	n.watch = w
	if err := n.listen(); err != nil {
		return err
	}
	if err := n.gossip.Start(watcher{n}); err != nil {
		return err
	}
	n.tick()
	return nil
}

// Stop is ledgers.Ledger's.
func (n *node) Stop() {
	if !n.stopped {
		n.stopped = true
		n.gossip.Stop()
	}
}

// fail stops the node by itself: its disk has failed (LED-9).
func (n *node) fail(err error) {
	if n.failure == nil {
		n.failure = err
		n.host.Log().Error("the ledger has stopped", "reason", err)
	}
	n.Stop()
}

// tickEvery is how often the node looks at what time has brought.
const tickEvery = 100 * time.Millisecond

// tick does what is due.
func (n *node) tick() {
	if n.stopped {
		return
	}
	n.host.After(tickEvery, n.tick)
	n.clock += tickEvery
	n.gaps.tick(n)
	n.places.tick(n)
	n.fights.tick(n)
	n.settle()
	n.sync.tick(n)
}

// settle does what follows from what came, until nothing follows.
func (n *node) settle() {
	for !n.stopped {
		if len(n.again) > 0 {
			b := n.again[0]
			n.again = n.again[1:]
			_, _ = n.take(b) // what becomes of it is told when it is done
			continue
		}
		c := n.fights.next()
		if c == nil {
			return
		}
		n.decide(c)
	}
}

// decide looks at a contest whose votes, candidates or weights have changed.
func (n *node) decide(c *contest) {
	if len(c.votes) > 0 {
		best := n.best(c)
		if n.book.In(c.root) != best && n.all(c, best.Hash).Cmp(n.quorum()) >= 0 {
			n.exchange(c, best)
		}
		n.cement(c)
	}
	if c.active && !c.over && n.speaks() {
		n.vote(c)
	}
}

// speaks says whether the node votes: it is a representative whose vote others hear (LAT-6).
func (n *node) speaks() bool { return !n.silent && !n.stopped && n.principal(n.self) }

// principal says whether a representative has a thousandth of the supply.
func (n *node) principal(rep lattice.Account) bool {
	return n.weight(rep).Cmp(n.book.Supply().Share(1, lattice.Principal)) >= 0
}

// weight is a representative's: by the checkpoint, until as much is cemented as that knows of (LAT-10).
func (n *node) weight(rep lattice.Account) lattice.Amount {
	if n.book.Digest().Position < n.cfg.Checkpoint.Blocks {
		return n.cfg.Checkpoint.Weights[rep]
	}
	return n.book.Weight(rep)
}

// Book is lattice.Lattice's.
func (n *node) Book() *lattice.Book { return n.book }

// Failure is lattice.Lattice's.
func (n *node) Failure() error { return n.failure }

// Digest is ledgers.Ledger's.
func (n *node) Digest() ledgers.Digest { return n.book.Digest() }

// Status is ledgers.Ledger's.
func (n *node) Status(id ledgers.OpID) ledgers.Status {
	hash := lattice.Hash(id)
	p := n.book.Block(hash)
	switch {
	case p != nil && n.book.IsCemented(p):
		return ledgers.Status{State: ledgers.Final}
	case n.refused[hash] != nil:
		return ledgers.Status{State: ledgers.Refused, Why: n.refused[hash]}
	case p != nil || n.fights.has(hash) || n.gaps.has(hash):
		return ledgers.Status{State: ledgers.Waiting}
	}
	return ledgers.Status{}
}

// Submit is ledgers.Ledger's.
func (n *node) Submit(op []byte) (ledgers.OpID, error) {
	b, err := lattice.DecodeBlock(op)
	if err != nil {
		return ledgers.OpID{}, err
	}
	id := ledgers.OpID(b.Hash(n.chain))
	if n.Status(id).State != ledgers.Unknown {
		return id, nil
	}
	pass, err := n.take(b)
	if pass {
		n.spread(lattice.KindBlock, op)
	}
	n.settle()
	switch {
	case errors.Is(err, lattice.ErrOld):
		return id, errors.Join(ledgers.ErrStale, err)
	case n.Status(id).State != ledgers.Unknown:
		return id, nil // what is wrong with it, the status says
	}
	return id, err
}

// spread gossips bytes.
func (n *node) spread(kind messaging.Kind, payload []byte) {
	if err := n.gossip.Broadcast(kind, payload); err != nil {
		n.host.Log().Warn("a message was not sent", "kind", kind, "reason", err)
	}
}

// watcher is told of peers.
type watcher struct{ n *node }

// PeerArrived has the new peer told where the node stands.
func (w watcher) PeerArrived(network.Addr) { w.n.sync.changed = true }

// PeerLost forgets what was asked of it.
func (w watcher) PeerLost(peer network.Addr) { w.n.sync.lost(peer) }
