// Package rebroadcast announces transactions again that a node has to care for, until they are in a block
// or can no longer get into one.
//
//	node.Submit ------------ Keep -------->                 -- announce --> mempool, gossip
//	a reorganisation ------- TipMoved ---->  Rebroadcaster  -- spread ----> gossip
//	the mempool's watcher -- Pooled, Left -->
//
// Pools forget a transaction after a minute (MEM-7), and a transaction whose block was undone is in no pool but
// those of the nodes that undid it (FRK-5), which tell nobody. Whoever was told that his payment was taken
// would wait in vain. So a node cares for what its own users gave it, and for what a reorganisation returned to
// it: the latter it gossips at once, and both it announces again when its own pool has been without them for a
// while. By then the neighbours' have forgotten them too, so that they let them pass (MEM-3).
//
// A transaction is let go of when its sender's nonce has passed it, or its sender's balance does not cover
// it when it is its turn: it is in, or another one is in its place, or it is worth nothing.
//
// Simplification: what is cared for lives as long as the process. A wallet keeps its own and hands it in
// again.
package rebroadcast

import (
	"bytes"
	"cmp"
	"slices"
	"time"

	"strata/chain"
	"strata/mempool"
	"strata/network"
	"strata/node/blocktree"
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

	kept    []kept // the oldest first
	timer   network.TimerID
	stopped bool
}

// kept is a transaction that is cared for.
type kept struct {
	tx     mempool.Transaction
	id     mempool.TxID
	pooled bool
	since  time.Time // pooled or not
}

// New makes one that cares for nothing yet.
func New(host network.Host, cfg Config, around Around) *Rebroadcaster {
	cfg.complete()
	return &Rebroadcaster{host: host, cfg: cfg, around: around}
}

// Keep cares for a transaction that is pooled. One that is cared for already is no other.
func (r *Rebroadcaster) Keep(tx mempool.Transaction) { r.keep(tx, tx.ID(), true) }

func (r *Rebroadcaster) keep(tx mempool.Transaction, id mempool.TxID, pooled bool) {
	if r.stopped || r.find(id) != nil {
		return
	}
	if len(r.kept) == r.cfg.MaxKept {
		r.kept = slices.Delete(r.kept, 0, 1)
	}
	r.kept = append(r.kept, kept{tx, id, pooled, r.host.Now()})
	r.arm()
}

// Drop cares no longer for a transaction: its owner has put another in its place.
func (r *Rebroadcaster) Drop(id mempool.TxID) {
	r.kept = slices.DeleteFunc(r.kept, func(k kept) bool { return k.id == id })
}

// Kept is the number of transactions cared for.
func (r *Rebroadcaster) Kept() int { return len(r.kept) }

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
	room := r.cfg.MaxKept
	for _, b := range c.Undone {
		for _, tx := range b.Transactions {
			id := tx.ID()
			if in[id] || r.passed(tx) || room == 0 {
				continue
			}
			room--
			r.keep(tx, id, waits[id])
			if waits[id] {
				r.around.Spread(tx)
			}
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
	r.kept = slices.DeleteFunc(r.kept, func(k kept) bool { return r.passed(k.tx) })
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
		if err := r.around.Announce(k.tx); err != nil {
			r.host.Log().Debug("transaction not announced again", "id", k.id, "err", err)
		}
	}
	r.arm()
}

// passed says whether a transaction can no longer get into a block.
func (r *Rebroadcaster) passed(tx mempool.Transaction) bool {
	a := r.around.Account(tx.Sender)
	return tx.Nonce < a.Nonce || tx.Nonce == a.Nonce && tx.Amount > a.Balance
}
