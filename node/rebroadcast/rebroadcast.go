// Package rebroadcast announces transactions again that a node has to care for, until they are in a block
// or can no longer get into one.
//
//	node.Submit ------------ Keep -------->                 -- announce --> mempool, gossip
//	a reorganisation ------- TipMoved ---->  Rebroadcaster  -- spread ----> gossip
//	the mempool's watcher -- Pooled, Left -->       |
//	the first peer --------- Met ---------->        '--------- store, bucket "own"
//
// Pools forget a transaction after a minute (MEM-7), and a transaction whose block was undone is in no pool but
// those of the nodes that undid it (FRK-5), which tell nobody. Whoever was told that his payment was taken
// would wait in vain. So a node cares for what its own users gave it, and for what a reorganisation returned to
// it: the latter it gossips at once, and both it announces again when its own pool has been without them for a
// while. By then the neighbours' have forgotten them too, so that they let them pass (MEM-3). A node that was
// alone, or has just started, tells its first peer of all of them.
//
// A transaction is let go of when its sender's nonce has passed it, or its sender's balance does not cover
// it when it is its turn: it is in, or another one is in its place, or it is worth nothing.
//
// What is cared for is in the node's store, so that it outlives a restart. In the bucket "own", in the order of
// coming: a number, uint64 big-endian -> the transaction's text.
//
// Simplification: a store that is made again of its blocks (package repair) has none. A wallet keeps its own and
// hands it in again.
package rebroadcast

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"time"

	"strata/chain"
	"strata/mempool"
	"strata/network"
	"strata/node/blocktree"
	"strata/node/store"
)

// Config of the rebroadcaster. Zero values mean the defaults.
type Config struct {
	MaxKept int           // transactions cared for; over it the oldest go; 0 means 1,024
	Every   time.Duration // between two looks; 0 means 10 s
	After   time.Duration // how long its own pool is without one that is announced again; 0 means 10 s
}

func (c *Config) complete() {
	c.MaxKept = cmp.Or(c.MaxKept, 1024)
	c.Every = cmp.Or(c.Every, 10*time.Second)
	c.After = cmp.Or(c.After, 10*time.Second)
}

// Around is what stands around it in a node.
type Around struct {
	Store    store.Store                           // what is cared for is there, and nobody else's is
	Account  func(mempool.PublicKey) chain.Account // after the tip
	Waiting  func() []mempool.Transaction          // the pool
	Announce func(mempool.Transaction) error       // pools and gossips, or does neither
	Spread   func(mempool.Transaction)             // gossips what is pooled already
}

// Rebroadcaster cares for transactions. All methods are called on the node's loop.
type Rebroadcaster struct {
	host   network.Host
	cfg    Config
	around Around

	kept    []kept    // the oldest first
	met     time.Time // last told to a first peer
	owed    bool      // another first peer has come too soon after: the next look tells it
	full    bool      // the last that came have pushed others out
	next    uint64    // the number in the store of the next
	timer   network.TimerID
	stopped bool
}

// kept is a transaction that is cared for.
type kept struct {
	number uint64 // in the store
	tx     mempool.Transaction
	id     mempool.TxID
	pooled bool
	since  time.Time // pooled or not
}

// New makes one that cares for what is in the store. Error: the store's.
func New(host network.Host, cfg Config, around Around) (*Rebroadcaster, error) {
	cfg.complete()
	r := &Rebroadcaster{host: host, cfg: cfg, around: around}
	if err := r.load(); err != nil {
		return nil, fmt.Errorf("rebroadcast: %w", err)
	}
	return r, nil
}

// Start announces what an earlier life of the node has left, in the order in which it came.
func (r *Rebroadcaster) Start() {
	r.letGo()
	for _, k := range slices.Clone(r.kept) {
		r.announce(k)
	}
	r.arm()
}

// Keep cares for a transaction that is pooled, also after a restart. One that is cared for already is no other. Error: the
// store's; then it is not cared for.
func (r *Rebroadcaster) Keep(tx mempool.Transaction) error {
	return r.change(func(kept) bool { return false }, kept{tx: tx, id: tx.ID(), pooled: true})
}

// Replace does as Keep, and cares no longer for another one, in whose place its owner has put it: both at once.
func (r *Rebroadcaster) Replace(old mempool.TxID, tx mempool.Transaction) error {
	return r.change(func(k kept) bool { return k.id == old }, kept{tx: tx, id: tx.ID(), pooled: true})
}

// change lets go of some and cares for others, in the store first. Over the bound the oldest go. After an error, the
// store's, nothing has changed.
func (r *Rebroadcaster) change(goes func(kept) bool, comes ...kept) error {
	if r.stopped {
		return nil
	}
	var all, gone []kept
	for _, k := range r.kept {
		if goes(k) {
			gone = append(gone, k)
		} else {
			all = append(all, k)
		}
	}
	next := r.next
	for _, k := range comes {
		if !slices.ContainsFunc(all, func(other kept) bool { return other.id == k.id }) {
			k.number, k.since = next, r.host.Now()
			all = append(all, k)
			next++
		}
	}
	over := max(0, len(all)-r.cfg.MaxKept)
	if over > 0 && !r.full { // not with each that comes then
		r.host.Log().Warn("transactions are no longer announced again: there are too many", "most", r.cfg.MaxKept)
	}
	gone, all = append(gone, all[:over]...), all[over:]
	if err := r.store(all, gone); err != nil {
		return fmt.Errorf("rebroadcast: %w", err)
	}
	r.kept, r.next, r.full = all, next, over > 0
	r.arm()
	return nil
}

// Kept is the number of transactions cared for.
func (r *Rebroadcaster) Kept() int { return len(r.kept) }

// Met gossips all that is pooled: there is somebody to tell, after a time without anybody. A peer that comes again and
// again is told no more often than there are looks.
func (r *Rebroadcaster) Met() {
	now := r.host.Now()
	if r.owed = now.Sub(r.met) < r.cfg.Every; r.owed {
		return
	}
	r.met = now
	for _, k := range slices.Clone(r.kept) {
		if k.pooled {
			r.around.Spread(k.tx)
		}
	}
}

// Pooled notes that a transaction has come into the node's pool.
func (r *Rebroadcaster) Pooled(tx mempool.Transaction) { r.note(tx, true) }

// Left notes that it has left the pool.
func (r *Rebroadcaster) Left(tx mempool.Transaction) { r.note(tx, false) }

func (r *Rebroadcaster) note(tx mempool.Transaction, pooled bool) {
	if len(r.kept) == 0 {
		return
	}
	if k := r.find(tx.ID()); k != nil {
		k.pooled, k.since = pooled, r.host.Now()
	}
}

// TipMoved spreads and keeps what the move has returned, at most so many as are cared for.
func (r *Rebroadcaster) TipMoved(c blocktree.Change) {
	if len(c.Undone) == 0 {
		return
	}
	in, waits := map[mempool.TxID]bool{}, map[mempool.TxID]bool{}
	for _, b := range c.Applied {
		for _, tx := range b.Transactions {
			in[tx.ID()] = true
		}
	}
	for _, tx := range r.around.Waiting() {
		waits[tx.ID()] = true
	}
	var returned []kept
	for _, b := range c.Undone {
		for _, tx := range b.Transactions {
			id := tx.ID()
			if !in[id] && !r.passed(tx) && len(returned) < r.cfg.MaxKept {
				returned = append(returned, kept{tx: tx, id: id, pooled: waits[id]})
			}
		}
	}
	if err := r.change(func(kept) bool { return false }, returned...); err != nil {
		r.host.Log().Error("returned transactions not kept", "err", err)
	}
	for _, k := range returned {
		if k.pooled {
			r.around.Spread(k.tx)
		}
	}
}

// Stop ends the timer and lets go of everything.
func (r *Rebroadcaster) Stop() {
	r.stopped, r.kept = true, nil
	r.host.Cancel(r.timer)
}

func (r *Rebroadcaster) find(id mempool.TxID) *kept {
	i := slices.IndexFunc(r.kept, func(k kept) bool { return k.id == id })
	if i < 0 {
		return nil
	}
	return &r.kept[i]
}

// arm sets the timer if there is something to look at.
func (r *Rebroadcaster) arm() {
	if r.timer == 0 && len(r.kept) > 0 && !r.stopped {
		r.timer = r.host.After(r.cfg.Every, r.look)
	}
}

// look lets go of what is in or impossible, and announces what the pool has been without for long enough, in
// the order of senders and nonces: a block takes them so.
func (r *Rebroadcaster) look() {
	r.timer = 0
	r.letGo()
	if r.owed {
		r.Met()
	}
	var missing []kept
	for _, k := range r.kept {
		if !k.pooled && r.host.Now().Sub(k.since) >= r.cfg.After {
			missing = append(missing, k)
		}
	}
	slices.SortFunc(missing, func(a, b kept) int {
		return cmp.Or(bytes.Compare(a.tx.Sender[:], b.tx.Sender[:]), cmp.Compare(a.tx.Nonce, b.tx.Nonce))
	})
	for _, k := range missing {
		r.announce(k)
	}
	r.arm()
}

// letGo cares no longer for what is in or impossible.
func (r *Rebroadcaster) letGo() {
	if err := r.change(func(k kept) bool { return r.passed(k.tx) }); err != nil {
		r.host.Log().Error("transactions that are done stay in the store", "err", err)
	}
}

func (r *Rebroadcaster) announce(k kept) {
	if err := r.around.Announce(k.tx); err != nil {
		r.host.Log().Debug("transaction not announced again", "id", k.id, "err", err)
	}
}

// passed says whether a transaction can no longer get into a block.
func (r *Rebroadcaster) passed(tx mempool.Transaction) bool {
	a := r.around.Account(tx.Sender)
	return tx.Nonce < a.Nonce || tx.Nonce == a.Nonce && tx.Amount > a.Balance
}
