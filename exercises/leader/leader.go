// This file is yours to edit. docs/7-leader.md is the chapter; `make reset LAYER=leader` gives a fresh copy.

// Package leader is elective 7: see strata/ledgers/leader for what it promises.
package leader

import (
	"encoding/binary"
	"errors"
	"time"

	"strata/gossip"
	"strata/ledgers"
	"strata/ledgers/leader"
	"strata/network"
	"strata/p2p"
)

// node is one member or observer.
type node struct {
	host   network.Host
	gossip gossip.Gossip
	peers  p2p.P2P
	cfg    leader.Config
	chain  ledgers.ChainID
	self   int // which member it is; observer if it is none
	watch  ledgers.Watcher

	log      leader.Log
	writes   writes
	blocks   leader.Blocks
	certs    leader.Certs
	state    *leader.State // what is committed has made
	pool     *ledgers.Pool[*leader.Transaction]
	base     uint64        // height below the first of hashes
	baseHash leader.Hash   // the block of that height
	hashes   []leader.Hash // the log: of the blocks from base+1 on
	synced   uint64        // the height up to which it is safe
	commit   uint64        // the height up to which it is committed
	stopped  bool
	failure  error // why it stopped by itself

	view        uint64 // the node is in, or moves to
	lastNormal  uint64 // the last one whose log is installed; equal to view: the node takes part in it
	viewBegan   uint64 // the height of the log that the view began with
	begun       *leader.Begin
	durableView uint64 // the highest view that the log names
	leadsFrom   uint64 // the lowest view that the node may lead

	acks     []*leader.Ack         // by member: its highest in this view
	outgoing []*leader.Transaction // that are gossiped soon, together
	batching bool                  // some were gossiped just before

	unsaid  *leader.Ack // this member's own, which it is about to tell
	exact   map[uint64][]leader.Ack
	early   map[uint64]*leader.Block // blocks of this view whose parent is not here yet
	votes   views
	beats   beats
	build   builder
	pursuit pursuit
	reads   reads
	lost    recovery
	keep    keeper
}

// observer is self of a node that is no member.
const observer = -1

// New makes the ledger.
func New(host network.Host, g gossip.Gossip, peers p2p.P2P, cfg leader.Config) leader.Leader {
	n := &node{
		host: host, gossip: g, peers: peers, cfg: cfg, chain: cfg.Genesis.Chain(),
		self:  cfg.Genesis.Index(host.Identity().Key()),
		log:   NewLog(host.Disk(), leader.FileLog),
		state: leader.NewState(),
		pool:  ledgers.NewPool[*leader.Transaction](cfg.MaxPool, cfg.PerClient),
		acks:  make([]*leader.Ack, len(cfg.Genesis.Members)),
		exact: map[uint64][]leader.Ack{},
		early: map[uint64]*leader.Block{},
	}
	n.votes.init(n)
	n.build.init(n)
	n.lost.joined = make([][]joining, len(n.acks))
	return n
}

// genesis is short for what everybody agrees on.
func (n *node) genesis() *leader.Genesis { return &n.cfg.Genesis }

// normal says whether the node takes part in its view: it has the log that the view began with.
func (n *node) normal() bool { return n.lastNormal == n.view }

// member says whether the node may speak: it is a member, and has not lost its disk.
func (n *node) member() bool { return n.self != observer && !n.lost.on && !n.stopped }

// leads says whether the node is the leader of its view, which has begun in this life of the node.
func (n *node) leads() bool {
	return n.member() && n.normal() && n.view >= n.leadsFrom && n.genesis().Leader(n.view) == n.self
}

// tip is where the log ends.
func (n *node) tip() (height uint64, hash leader.Hash) {
	height = n.base + uint64(len(n.hashes))
	return height, n.hashAt(height)
}

// hashAt is the block of that height in the log; zero above its tip and below its base.
func (n *node) hashAt(height uint64) (hash leader.Hash) {
	if height > n.base && height <= n.base+uint64(len(n.hashes)) {
		return n.hashes[height-n.base-1]
	}
	if height == n.state.Height {
		return n.state.Hash
	}
	return hash
}

// Start is ledgers.Ledger's.
func (n *node) Start(w ledgers.Watcher) error {
	if err := n.recover(); err != nil {
		return err
	}
	n.watch = w
	n.writes.begin(n)
	if err := n.listen(); err != nil {
		return err
	}
	if err := n.gossip.Start(watcher{n}); err != nil {
		return err
	}
	n.votes.restart(n.host.Now())
	n.execute()
	if height, hash := n.tip(); height > 0 {
		n.acknowledge(height, hash) // again: what was counted is forgotten
	}
	n.leadFirst()
	n.tick()
	n.lost.begin(n)
	return nil
}

// leadFirst lets a member lead view 0 in its first life, once its log says that this was its first.
func (n *node) leadFirst() {
	if n.log.Size() == 0 && n.member() && n.genesis().Leader(0) == n.self {
		n.write(leader.RecordView, uints(0), func() {
			n.leadsFrom = 0
			n.propose()
		})
	}
}

// Stop is ledgers.Ledger's.
func (n *node) Stop() {
	if !n.stopped {
		n.stopped = true
		n.gossip.Stop()
	}
}

// fail stops the node by itself: its disk has failed, or holds what cannot be (LED-9).
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
	now := n.host.Now()
	n.votes.tick(n, now)
	n.beats.tick(n, now)
	n.build.tick(n, now)
	n.pursuit.tick(n, now)
	n.reads.tick(n, now)
	n.lost.tick(n, now)
	n.keep.tick(n)
	n.writes.tick(n)
	n.tellStanding(now)
	n.propose()
}

// broadcast signs a message and gossips it; this node's own handler does not run.
func (n *node) broadcast(kind kindOf, w word) {
	leader.Sign(n.chain, n.host.Identity(), n.self, w)
	n.spread(kind, leader.Encode(w))
}

// spread gossips bytes.
func (n *node) spread(kind kindOf, payload []byte) {
	if err := n.gossip.Broadcast(kind, payload); err != nil {
		n.host.Log().Warn("a message was not sent", "kind", kind, "reason", err)
	}
}

// write appends a record and calls then when it is safe, unless the node has stopped by then.
func (n *node) write(kind leader.RecordKind, body []byte, then func()) {
	n.writes.add(n, kind, body, then)
}

// uints is a body of numbers.
func uints(values ...uint64) (b []byte) {
	for _, v := range values {
		b = binary.BigEndian.AppendUint64(b, v)
	}
	return b
}

// Standing is leader.Leader's.
func (n *node) Standing() leader.Standing {
	s := leader.Standing{View: n.view, LastNormal: n.lastNormal, Commit: n.commit, Acked: make([]uint64, len(n.acks))}
	s.Height, s.Hash = n.tip()
	for i, a := range n.acks {
		if a != nil && a.View == n.view {
			s.Acked[i] = a.Height
		}
	}
	return s
}

// Failure is leader.Leader's.
func (n *node) Failure() error { return n.failure }

// Digest is ledgers.Ledger's.
func (n *node) Digest() ledgers.Digest {
	return ledgers.Digest{Position: n.state.Height, Hash: n.state.Hash}
}

// Status is ledgers.Ledger's.
func (n *node) Status(id ledgers.OpID) ledgers.Status {
	switch {
	case n.state.Executed(id) > 0:
		return ledgers.Status{State: ledgers.Final}
	case n.build.refused[id] != nil:
		return ledgers.Status{State: ledgers.Refused, Why: n.build.refused[id]}
	case n.pool.Get(id) != nil || n.build.inLog(id):
		return ledgers.Status{State: ledgers.Waiting}
	}
	return ledgers.Status{}
}

// Submit is ledgers.Ledger's.
func (n *node) Submit(op []byte) (ledgers.OpID, error) {
	tx, err := leader.DecodeTransaction(op)
	if err != nil {
		return ledgers.OpID{}, err
	}
	id := tx.ID(n.chain)
	if n.Status(id).State == ledgers.Final {
		return id, nil
	}
	fresh, err := n.pooled(id, tx)
	if fresh && err == nil {
		n.spreadTxs(tx)
		n.propose()
	}
	return id, err
}

// errContradiction reports a log that a committed block does not fit: the disk is not what it was, or more
// has failed than the rules allow for.
var errContradiction = errors.New("the log contradicts what is committed")
