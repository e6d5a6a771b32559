// Package validators is elective 8: see strata/ledgers/validators for what it promises.
package validators

import (
	"strata/gossip"
	"strata/ledgers"
	"strata/ledgers/validators"
	"strata/network"
	"strata/p2p"
)

// word is short for what validators say.
type word = validators.Word

// node is one validator or observer.
type node struct {
	host   network.Host
	gossip gossip.Gossip
	peers  p2p.P2P
	cfg    validators.Config
	chain  ledgers.ChainID
	rules  *validators.Rules
	key    network.PublicKey
	watch  ledgers.Watcher

	purpose purpose // what blocks are for
	tip     *validators.Tip
	archive archive                  // the decided blocks
	base    *validators.SignedHeader // of the snapshot that the node began with; nil: it began with genesis
	first   validators.Set           // that of genesis
	index   index
	offers  []*validators.Tip // the snapshots that others may fetch
	restore restore
	pool    *ledgers.Pool[*validators.Transaction]
	final   map[ledgers.OpID]uint64 // height at which it was decided
	refused map[ledgers.OpID]error
	accused map[network.PublicKey]*validators.Evidence

	outgoing [][]byte // transactions that are gossiped soon, together
	batching bool     // some were gossiped just before

	begun    bool // the disk is ready: the node takes part
	deciding bool // blocks are on their way to the disk
	stopped  bool
	below    func() // stops what is below
	failure  error  // why it stopped by itself

	// Of the height that is not decided yet:
	round  uint32
	step   validators.Step
	awake  bool // the round's time runs
	waited int  // ticks since the round began
	locked mark
	valid  mark
	rounds map[uint32]*round
	blocks map[validators.Hash]*candidate
	next   map[network.PublicKey][]*word // of the height after it, of one round of each validator

	guard    guard
	standing standing
}

// New makes the ledger.
func New(host network.Host, g gossip.Gossip, peers p2p.P2P, cfg validators.Config) validators.Validators {
	n := &node{
		host: host, gossip: g, peers: peers, cfg: cfg, chain: cfg.Genesis.Chain(),
		rules:   validators.RulesOf(&cfg.Genesis, NewJudge()),
		key:     host.Identity().Key(),
		pool:    ledgers.NewPool[*validators.Transaction](cfg.MaxPool, cfg.PerSender),
		final:   map[ledgers.OpID]uint64{},
		refused: map[ledgers.OpID]error{},
		accused: map[network.PublicKey]*validators.Evidence{},
		next:    map[network.PublicKey][]*word{},
	}
	n.purpose, n.below = payments{n}, g.Stop
	n.tip = cfg.Genesis.Tip()
	n.first = n.tip.Next
	n.clear()
	return n
}

// clear forgets what was said of the height before.
func (n *node) clear() {
	n.round, n.step, n.awake = 0, validators.StepPropose, false
	n.locked, n.valid = mark{round: validators.NoRound}, mark{round: validators.NoRound}
	n.rounds, n.blocks = map[uint32]*round{}, map[validators.Hash]*candidate{}
}

// height is the one that is not decided yet.
func (n *node) height() uint64 { return n.tip.Height + 1 }

// set are the validators of that height.
func (n *node) set() validators.Set { return n.tip.Next }

// quorum is the least power that decides.
func (n *node) quorum() uint64 { return n.rules.Judge.Quorum(n.set().Total()) }

// proposer is the validator that proposes in a round.
func (n *node) proposer(round uint32) network.PublicKey {
	return n.set()[n.purpose.proposer(n.tip, round)].Key
}

// Start is ledgers.Ledger's.
func (n *node) Start(w ledgers.Watcher) error {
	n.watch = w
	if err := n.recover(); err != nil {
		return err
	}
	if err := n.listen(); err != nil {
		return err
	}
	if err := n.gossip.Start(watcher{n}); err != nil {
		return err
	}
	n.run()
	return nil
}

// run takes part as soon as the disk is ready.
func (n *node) run() {
	n.archive.prepare(n.host.Disk(), func(err error) {
		switch {
		case err != nil:
			n.fail(err)
		case !n.stopped:
			n.begin()
		}
	})
	n.tick()
}

// begin takes part, from where the node was before it stopped.
func (n *node) begin() {
	n.begun = true
	if step := n.guard.resume(n); step > validators.StepPropose {
		n.step, n.awake = step, true
	} else {
		n.startRound(n.round)
	}
	n.advance()
}

// Stop is ledgers.Ledger's.
func (n *node) Stop() {
	if !n.stopped {
		n.stopped = true
		n.below()
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

// tick does what is due.
func (n *node) tick() {
	if n.stopped {
		return
	}
	n.host.After(tickEvery, n.tick)
	now := n.host.Now()
	n.askBlocks(now)
	n.fetch()
	n.tellStanding(now)
	if n.waited++; n.awake && n.waited%remindEvery == 0 {
		n.purpose.remind()
	}
}

// Failure is validators.Validators's.
func (n *node) Failure() error { return n.failure }

// Waiting is validators.Validators's.
func (n *node) Waiting() int { return n.pool.Len() }

// Tip is validators.Validators's.
func (n *node) Tip() *validators.Tip { return n.tip }

// Certified is validators.Validators's.
func (n *node) Certified(height uint64) (*validators.Certified, error) { return n.archive.read(height) }

// Digest is ledgers.Ledger's.
func (n *node) Digest() ledgers.Digest {
	return ledgers.Digest{Position: n.tip.Height, Hash: n.tip.Hash}
}

// watcher forgets peers that are gone.
type watcher struct{ n *node }

// PeerArrived tells a peer where the node stands with the next tick.
func (w watcher) PeerArrived(network.Addr) { w.n.standing.said = nil }

// PeerLost does nothing: what a peer was sent is not remembered.
func (w watcher) PeerLost(network.Addr) {}
