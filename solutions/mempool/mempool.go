// Package mempool is the reference of layer 5. The contract, with the rules by id, is
// strata/mempool.
package mempool

import (
	"fmt"
	"slices"
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
	//strata:begin mempool.1
	id := tx.ID()
	if err := p.check(tx, id); err != nil {
		return fmt.Errorf("mempool: transaction %v: %w", id, err)
	}
	p.insert(tx, id)
	return nil
	//strata:end
}

// Announce gossips the transaction's text under KindNewTx and pools it, or does neither (MEM-1).
func (p *pool) Announce(tx mempool.Transaction) error {
	//strata:begin mempool.1
	id := tx.ID()
	if err := p.check(tx, id); err != nil {
		return fmt.Errorf("mempool: transaction %v: %w", id, err)
	}
	if err := p.gossip.Broadcast(mempool.KindNewTx, tx.Text()); err != nil {
		return fmt.Errorf("mempool: transaction %v: %w", id, err)
	}
	p.insert(tx, id)
	return nil
	//strata:end
}

// check says why a transaction may not be pooled, and changes nothing: ErrKnown (MEM-3), ErrConflict
// (MEM-4), ErrSenderFull (MEM-8), ErrBadSignature (MEM-1). Whatever comes is checked, and in a flood most
// of it is known already: a check of that has to be cheap.
func (p *pool) check(tx mempool.Transaction, id mempool.TxID) error {
	//strata:begin mempool.1
	if other, taken := p.slots[slot{tx.Sender, tx.Nonce}]; taken {
		if other == id {
			return mempool.ErrKnown
		}
		return mempool.ErrConflict
	}
	if p.counts[tx.Sender] >= p.cfg.MaxPerSender {
		return mempool.ErrSenderFull
	}
	return p.cfg.Verifier.Verify(tx)
	//strata:end
}

// insert pools a checked transaction as the newest, for KeepFor from now (MEM-7). In a full pool the oldest
// makes room (MEM-8). slots and counts know what is pooled, and forget takes it out of them; the watcher
// hears of what enters and leaves (MEM-9); arm sees to the timer.
func (p *pool) insert(tx mempool.Transaction, id mempool.TxID) {
	//strata:begin mempool.1
	if len(p.queue) == p.cfg.MaxTxs {
		p.forget(p.queue[0])
		p.queue = p.queue[1:]
	}
	p.queue = append(p.queue, pooled{tx, id, p.host.Now().Add(p.cfg.KeepFor)})
	p.slots[slot{tx.Sender, tx.Nonce}] = id
	p.counts[tx.Sender]++
	p.watcher.TransactionPooled(tx)
	p.arm()
	//strata:end
}

// Start registers received as the handler of KindNewTx.
func (p *pool) Start(w mempool.Watcher) error {
	if w != nil {
		p.watcher = w
	}
	//strata:begin mempool.2
	return p.gossip.Handle(mempool.KindNewTx, p.received)
	//strata:end
}

// received handles a gossiped transaction. It travels on exactly if it is new here and valid:
// then it decodes (MEM-2), and Add takes it (MEM-2, MEM-3, MEM-4, MEM-8). If it does not, the
// watcher is told why (MEM-9).
func (p *pool) received(from network.Addr, payload []byte) (pass bool) {
	//strata:begin mempool.2
	tx, err := mempool.ParseTransaction(payload)
	if err == nil {
		err = p.Add(tx)
	}
	if err != nil {
		p.watcher.TransactionRefused(from, err)
	}
	return err == nil
	//strata:end
}

// Transactions copies the pool in order of arrival; the caller may modify the copy (MEM-5).
func (p *pool) Transactions() []mempool.Transaction {
	//strata:begin mempool.3
	txs := make([]mempool.Transaction, len(p.queue))
	for i, e := range p.queue {
		txs[i] = e.tx
	}
	return txs
	//strata:end
}

// Evict removes those of the transactions that are there, and all that insert noted about them (MEM-6). It
// costs one pass over the pool, however many they are. When the pool is empty, no timer is pending.
func (p *pool) Evict(ids ...mempool.TxID) {
	//strata:begin mempool.3
	gone := make(map[mempool.TxID]bool, len(ids))
	for _, id := range ids {
		gone[id] = true
	}
	p.queue = slices.DeleteFunc(p.queue, func(e pooled) bool {
		if gone[e.id] {
			p.forget(e)
		}
		return gone[e.id]
	})
	if len(p.queue) == 0 {
		p.disarm()
	}
	//strata:end
}

// expire is called when the timer runs, which may be early: see arm. Every transaction whose time is over
// leaves (MEM-7), and what is left will expire in time.
func (p *pool) expire() {
	//strata:begin mempool.3
	p.timer = 0
	now := p.host.Now()
	for len(p.queue) > 0 && !p.queue[0].expires.After(now) {
		p.forget(p.queue[0])
		p.queue = p.queue[1:]
	}
	p.arm()
	//strata:end
}

// Stop ends the timer, and sees that none is set again.
func (p *pool) Stop() {
	//strata:begin mempool.3
	p.stopped = true
	p.disarm()
	//strata:end
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
