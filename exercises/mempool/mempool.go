// This file is yours to edit. docs/5-mempool.md is the chapter; `make reset LAYER=mempool` gives a fresh copy.

// Package mempool is your implementation of layer 5. The contract, with the rules by id, is
// strata/mempool.
package mempool

import (
	"time"

	"strata/gossip"
	"strata/mempool"
	"strata/network"
)

// pool holds the transactions. Each arrives once and expires a fixed time later, so that the
// order of arrival is the order of expiry as well, and one timer, for the oldest, is enough.
type pool struct {
	host   network.Host
	gossip gossip.Gossip
	cfg    mempool.Config

	watcher mempool.Watcher           // never nil
	queue   []pooled                  // in order of arrival
	slots   map[slot]mempool.TxID     // the pooled transaction of each sender and nonce
	counts  map[mempool.PublicKey]int // pooled transactions of each sender who has any
	timer   network.TimerID           // will call expire; zero if none is pending
	stopped bool
}

// pooled is a transaction and what is known of it.
type pooled struct {
	tx      mempool.Transaction
	id      mempool.TxID
	expires time.Time
}

// slot is what only one transaction can have (MEM-4).
type slot struct {
	sender mempool.PublicKey
	nonce  uint64
}

// New makes the pool, empty.
func New(host network.Host, g gossip.Gossip, cfg mempool.Config) mempool.Mempool {
	return &pool{
		host:    host,
		gossip:  g,
		cfg:     cfg,
		watcher: nobody{},
		slots:   map[slot]mempool.TxID{},
		counts:  map[mempool.PublicKey]int{},
	}
}

// nobody watches a pool that was given no watcher.
type nobody struct{}

func (nobody) TransactionPooled(mempool.Transaction)  {}
func (nobody) TransactionLeft(mempool.Transaction)    {}
func (nobody) TransactionRefused(network.Addr, error) {}

// Add pools the transaction if check has nothing against it.
func (p *pool) Add(tx mempool.Transaction) error {
	panic(network.NotWritten("mempool.1")) // 6 lines in our solution
}

// Announce gossips the transaction's text under KindNewTx and pools it, or does neither (MEM-1).
func (p *pool) Announce(tx mempool.Transaction) error {
	panic(network.NotWritten("mempool.1")) // 9 lines in our solution
}

// check says why a transaction may not be pooled, and changes nothing: ErrKnown (MEM-3), ErrConflict
// (MEM-4), ErrSenderFull (MEM-8), ErrBadSignature (MEM-1). Whatever comes is checked, and in a flood most
// of it is known already: a check of that has to be cheap.
func (p *pool) check(tx mempool.Transaction, id mempool.TxID) error {
	panic(network.NotWritten("mempool.1")) // 10 lines in our solution
}

// insert pools a checked transaction as the newest, for KeepFor from now (MEM-7). In a full pool the oldest
// makes room (MEM-8). slots and counts know what is pooled, and forget takes it out of them; the watcher
// hears of what enters and leaves (MEM-9); arm sees to the timer.
func (p *pool) insert(tx mempool.Transaction, id mempool.TxID) {
	panic(network.NotWritten("mempool.1")) // 9 lines in our solution
}

// Start registers received as the handler of KindNewTx.
func (p *pool) Start(w mempool.Watcher) error {
	if w != nil {
		p.watcher = w
	}
	panic(network.NotWritten("mempool.2")) // 1 line in our solution
}

// received handles a gossiped transaction. It travels on exactly if it is new here and valid:
// then it decodes (MEM-2), and Add takes it (MEM-2, MEM-3, MEM-4, MEM-8). If it does not, the
// watcher is told why (MEM-9).
func (p *pool) received(from network.Addr, payload []byte) (pass bool) {
	panic(network.NotWritten("mempool.2")) // 8 lines in our solution
}

// Transactions copies the pool in order of arrival; the caller may modify the copy (MEM-5).
func (p *pool) Transactions() []mempool.Transaction {
	panic(network.NotWritten("mempool.3")) // 5 lines in our solution
}

// Evict removes those of the transactions that are there, and all that insert noted about them (MEM-6). It
// costs one pass over the pool, however many they are. When the pool is empty, no timer is pending.
func (p *pool) Evict(ids ...mempool.TxID) {
	panic(network.NotWritten("mempool.3")) // 13 lines in our solution
}

// expire is called when the timer runs, which may be early: see arm. Every transaction whose time is over
// leaves (MEM-7), and what is left will expire in time.
func (p *pool) expire() {
	panic(network.NotWritten("mempool.3")) // 7 lines in our solution
}

// Stop ends the timer, and sees that none is set again.
func (p *pool) Stop() {
	panic(network.NotWritten("mempool.3")) // 2 lines in our solution
}

// forget undoes what insert noted about a transaction, and tells the watcher (MEM-9); the caller takes
// it out of the queue.
func (p *pool) forget(e pooled) {
	delete(p.slots, slot{e.tx.Sender, e.tx.Nonce})
	p.counts[e.tx.Sender]--
	if p.counts[e.tx.Sender] == 0 {
		delete(p.counts, e.tx.Sender)
	}
	p.watcher.TransactionLeft(e.tx)
}

// arm sets the timer for the oldest transaction, unless one is pending, the pool is empty or it
// has been stopped. The timer may come too early, if the oldest is evicted, but never too late.
func (p *pool) arm() {
	if p.timer == 0 && len(p.queue) > 0 && !p.stopped {
		p.timer = p.host.After(p.queue[0].expires.Sub(p.host.Now()), p.expire)
	}
}

// disarm cancels the timer if one is pending.
func (p *pool) disarm() {
	p.host.Cancel(p.timer)
	p.timer = 0
}
