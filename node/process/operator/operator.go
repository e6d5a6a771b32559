package operator

import (
	"sync"
	"time"

	"strata/ledgers"
	"strata/ledgers/validators"
	"strata/network"
)

// Config says whose operator looks.
type Config struct {
	Self    network.Addr
	Key     network.PublicKey // by which the node signs
	Members []ledgers.Member  // whom the node should reach; itself among them, if it is one
	File    string            // where the history is kept; "" keeps none
	Now     func() time.Time

	// EmptyInterval and Round are how long an idle chain takes for a block, and a round at the most; 0 means the
	// ledger's defaults.
	EmptyInterval, Round time.Duration
}

// Facts are what the ledger has at a moment, and whom the node reaches.
type Facts struct {
	Standing validators.Standing
	Set      validators.Set // of the height that is not decided yet
	Missed   uint32         // certificates of this epoch that this node is not in
	Waiting  int            // transactions
	Peers    []network.Addr
}

// Decided is a block that the ledger has, as far as an operator wants to know it.
type Decided struct {
	Height       uint64
	Round        uint32
	Hash         validators.Hash
	Transactions int
	Own          bool // this node proposed it
}

// Operator keeps what there is to look at. Its methods are for any goroutine.
type Operator struct {
	cfg   Config
	began time.Time

	mu        sync.Mutex
	facts     Facts
	looked    bool      // facts are there
	last      time.Time // when a block was decided here; zero: never since the start
	before    time.Time // when the one before it was
	workSince time.Time // since when work waits that no block has taken; zero: there is none
	blocks    []counted // of the longest window
	totals    totals
	peers     map[network.Addr]*peer
	skew      time.Duration // of the last fresh proposal: how far its time was from this node's clock
	history   history
	dirty     bool // the file is older than the history
}

// totals are counted since the start.
type totals struct {
	blocks, own, transactions uint64
	rejections                map[string]uint64 // by kind and code
}

// counted is a block in a window.
type counted struct {
	at           time.Time
	transactions int
}

// peer is what is known of a member.
type peer struct {
	height uint64
	hash   validators.Hash
	heard  time.Time // when it said so; zero: never
	state  string    // how it stood when the node looked last
}

// New makes an operator, who remembers what is in the file. Errors: the system's; a file that is none is put aside.
func New(cfg Config) (*Operator, error) {
	defaults, _ := validators.Config{}.Complete() // of which only the waiting times count
	if cfg.EmptyInterval == 0 {
		cfg.EmptyInterval = defaults.EmptyInterval
	}
	if cfg.Round == 0 {
		cfg.Round = defaults.TimeoutPropose + defaults.TimeoutPrevote + defaults.TimeoutPrecommit
	}
	o := &Operator{cfg: cfg, began: cfg.Now(), peers: map[network.Addr]*peer{}}
	o.totals.rejections = map[string]uint64{}
	for _, m := range cfg.Members {
		if m.Addr != cfg.Self {
			o.peers[m.Addr] = &peer{}
		}
	}
	return o, o.history.read(cfg.File)
}

// Look notes where the ledger stands.
func (o *Operator) Look(f Facts) {
	o.mu.Lock()
	defer o.mu.Unlock()
	now := o.cfg.Now()
	switch {
	case f.Waiting == 0:
		o.workSince = time.Time{}
	case o.workSince.IsZero():
		o.workSince = now
	}
	if o.looked && f.Standing.Height == o.facts.Standing.Height && f.Standing.Round > o.facts.Standing.Round {
		o.act(Action{Kind: ActionRound, Height: f.Standing.Height + 1, Round: f.Standing.Round, Status: Completed})
	}
	o.facts, o.looked = f, true
	o.judgePeers()
}

// Decide notes that the ledger has a block more. If this node did not precommit it, others had decided it before.
func (o *Operator) Decide(b Decided) {
	o.mu.Lock()
	defer o.mu.Unlock()
	now := o.cfg.Now()
	o.before, o.last = o.last, now
	if !o.workSince.IsZero() {
		o.workSince = now // what is left waits for the next
	}
	o.totals.blocks++
	o.totals.transactions += uint64(b.Transactions)
	if b.Own {
		o.totals.own++
	}
	o.blocks = append(o.blocks, counted{now, b.Transactions})
	for len(o.blocks) > 0 && now.Sub(o.blocks[0].at) > longest {
		o.blocks = o.blocks[1:]
	}
	kind := ActionImport
	if o.history.said(validators.Precommit.String(), b.Height, short(b.Hash)) {
		kind = ActionDecide
	}
	o.history.settle(b.Height, b.Hash)
	o.act(Action{Kind: kind, Height: b.Height, Round: b.Round, Hash: short(b.Hash), Status: Completed})
}

// Say notes a word of this node's own, which is on its way.
func (o *Operator) Say(w *validators.Word) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.act(Action{Kind: w.Kind.String(), Height: w.Height, Round: w.Round, Hash: short(w.Hash), Status: Pending})
}

// act adds an action.
func (o *Operator) act(a Action) {
	a.At = o.cfg.Now().UTC()
	o.history.act(a)
	o.dirty = true
}

// Hear notes where a peer says that it stands.
func (o *Operator) Hear(from network.Addr, s *validators.Standing) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if p := o.peers[from]; p != nil {
		p.height, p.hash, p.heard = s.Height, s.Hash, o.cfg.Now()
	}
}

// Time notes the time of a fresh proposal of another validator.
func (o *Operator) Time(ms uint64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.skew = time.UnixMilli(int64(ms)).Sub(o.cfg.Now())
}

// Reject notes what was refused: a submission, a message of a peer, a proposal.
func (o *Operator) Reject(r Rejection) {
	o.mu.Lock()
	defer o.mu.Unlock()
	r.At = o.cfg.Now().UTC()
	o.totals.rejections[r.Kind+"/"+r.Code]++
	o.history.reject(r)
	o.dirty = true
}

// short is how a hash is shown: zeros are nil.
func short(h validators.Hash) string {
	if h == (validators.Hash{}) {
		return "nil"
	}
	return ledgers.ChainID(h).String()[:16]
}
