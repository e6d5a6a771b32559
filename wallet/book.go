package wallet

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"strata/mempool"
)

// ErrBehind reports a node that has not got the blocks which the wallet has seen. Wait until it has caught
// up, or ask another.
var ErrBehind = errors.New("the node is behind")

// Node is what a wallet needs of a Client.
type Node interface {
	Chain(ctx context.Context) (Chain, error)
	HashAt(ctx context.Context, number uint64) (string, error) // of the chain's block; "" if there is none
	Account(ctx context.Context, key mempool.PublicKey) (Account, error)
	Transaction(ctx context.Context, id mempool.TxID) (Entry, bool, error)
	Submit(ctx context.Context, tx mempool.Transaction, replaces string) error
}

// Book watches the payments of one keystore through a node, and hands in again what got lost. It needs no
// key. The methods of books of one keystore wait for one another, also those of other processes.
type Book struct {
	node     Node
	owner    mempool.PublicKey
	keystore string // the file; the journal is beside it
	now      func() time.Time
}

// NewBook makes the book of that keystore file.
func NewBook(node Node, owner mempool.PublicKey, keystore string, now func() time.Time) *Book {
	return &Book{node, owner, keystore, now}
}

// Refresh looks at every payment and returns all of them, by nonce. Those that neither pool nor chain have are
// handed in again. What a node cannot tell changes nothing: one that is behind, or is on another
// chain than that for which a payment was made. Errors: the node's; those of the journal's file; ErrToken or
// ErrWrongToken with the payments, if only handing in failed.
func (b *Book) Refresh(ctx context.Context) (payments []Payment, err error) {
	payments, _, err = b.refreshed(ctx)
	return payments, err
}

// refreshed is Refresh; deep are those payments that the look has found so deep that the journal let go of them.
func (b *Book) refreshed(ctx context.Context) (payments, deep []Payment, err error) {
	err = b.locked(func(j *Journal) error {
		err := b.refresh(ctx, j)
		payments, deep = j.Payments(), j.deep
		return err
	})
	return payments, deep, err
}

// locked runs f with the journal, which nobody else has meanwhile.
func (b *Book) locked(f func(*Journal) error) error {
	unlock, err := lock(b.keystore + ".lock")
	if err != nil {
		return err
	}
	defer unlock()
	j, err := OpenJournal(b.keystore, b.owner)
	if err != nil {
		return err
	}
	return f(j)
}

// refresh looks, and hands in again.
func (b *Book) refresh(ctx context.Context, j *Journal) error {
	s, err := b.look(ctx, j)
	if err != nil {
		return err
	}
	before, changed := slices.Clone(j.payments), false
	for i := range j.payments {
		was := j.payments[i]
		learn(&j.payments[i], s)
		changed = changed || j.payments[i] != was
	}
	if changed {
		if err := j.write(before); err != nil {
			return err
		}
	}
	return b.remind(ctx, j, s)
}

// sight is what a node says at one moment.
type sight struct {
	chain   ChainID
	account Account
	entries map[string]Entry  // of the payments that it knows
	hashes  map[uint64]string // of the blocks since which payments are replaced
	sure    bool              // the chain did not move while it was asked
}

// looks is how often a node is asked whose chain moves while it answers.
const looks = 3

// look asks the node for everything. The account comes before and after the transactions: only if the chain
// did not move in between is a payment that it does not know really not there.
func (b *Book) look(ctx context.Context, j *Journal) (s sight, err error) {
	for try := 0; try < looks && !s.sure; try++ {
		chain, err := b.node.Chain(ctx)
		if err != nil {
			return s, err
		}
		first, err := b.node.Account(ctx, b.owner)
		if err != nil {
			return s, err
		}
		s = sight{chain: chain.ID(), entries: map[string]Entry{}, hashes: map[uint64]string{}}
		for _, p := range j.payments {
			e, known, err := b.node.Transaction(ctx, p.Transaction.ID())
			if err != nil {
				return s, err
			}
			if known {
				s.entries[p.ID()] = e
			}
			if p.State == Replaced && p.Block != (Block{}) {
				if s.hashes[p.Block.Number], err = b.node.HashAt(ctx, p.Block.Number); err != nil {
					return s, err
				}
			}
		}
		if s.account, err = b.node.Account(ctx, b.owner); err != nil {
			return s, err
		}
		s.sure = first.Tip == s.account.Tip
	}
	return s, nil
}

// learn takes in what the sight says of one payment. One whose chain is not known belongs to that where it
// is found. One of another chain may be found, too, when a reorganisation took all blocks but genesis.
func learn(p *Payment, s sight) {
	e, known := s.entries[p.ID()]
	if known {
		p.Chain = cmp.Or(p.Chain, s.chain)
	}
	if event, ok := p.event(e, known, s); ok {
		at := Block{s.account.Height, s.account.Tip}
		if event == InBlock {
			at = Block{e.Block, e.Hash}
		}
		p.observe(event, at, s.account.Height, s.hashes[p.Block.Number] == p.Block.Hash)
	}
}

// event is what the sight says of a payment; ok is false if it cannot tell. A pool may hold what can never
// be valid any longer.
func (p *Payment) event(e Entry, known bool, s sight) (event Event, ok bool) {
	sure := s.sure && p.Chain == s.chain && s.chain != "" && s.account.Height >= p.Block.Number
	switch {
	case known && !e.Waiting:
		return InBlock, true
	case sure && s.account.Nonce > p.Transaction.Nonce:
		return Passed, true
	case known:
		return InPool, true
	}
	return Gone, sure
}

// remind hands the node what it does not know and may still take, in the order of the nonces. A node that
// says no leaves its reason behind: the payment may have been sent before, so that it stays as it is.
func (b *Book) remind(ctx context.Context, j *Journal, s sight) error {
	for _, p := range j.Payments() {
		_, known := s.entries[p.ID()]
		event, sure := p.event(Entry{}, false, s)
		if known || !sure || event != Gone || !p.State.Open() || j.superseded(p.ID()) {
			continue
		}
		if err := b.handIn(ctx, j, p); err != nil {
			return err
		}
	}
	return nil
}

// handIn hands in a payment that is in the journal, again. Errors: ErrToken, ErrWrongToken,
// ErrUnreachable and other trouble of the node; the journal's.
func (b *Book) handIn(ctx context.Context, j *Journal, p Payment) error {
	err := b.node.Submit(ctx, p.Transaction, p.Replaces)
	before := p
	switch refusal := (*Problem)(nil); {
	case err == nil:
		p.State, p.Note = p.State.After(Taken), ""
	case errors.As(err, &refusal) && refusal.definite():
		p.Note = refusal.Error()
	default:
		return fmt.Errorf("transaction %s, sent before: %w", p.ID(), err)
	}
	if p == before {
		return nil
	}
	return j.put(p)
}

// Resend hands in a payment that was made for another chain than the node's, or for an unknown one: from now on
// it belongs to this one. So it does with one whose replacement has left the chain. Errors: ErrNoPayment; those of Refresh.
func (b *Book) Resend(ctx context.Context, id string) error {
	return b.locked(func(j *Journal) error {
		if err := b.refresh(ctx, j); err != nil {
			return err
		}
		p, err := j.Find(id)
		if err != nil {
			return err
		}
		if !p.State.Open() && (p.State != Replaced || p.Depth > 0) {
			return fmt.Errorf("transaction %s is %s: the wallet does not send it again; make a new payment if you want to pay", p.ID(), p.State)
		}
		chain, err := b.node.Chain(ctx)
		if err != nil {
			return err
		}
		p.Chain = chain.ID()
		if p.State == Replaced {
			p.State = Submitted
		}
		if err := j.put(p); err != nil {
			return err
		}
		return b.handIn(ctx, j, p)
	})
}

// Forget drops a payment from the journal: one that is over, or was made for another chain. One that may still
// come to pass is kept. Errors: ErrNoPayment; the node's; the journal's.
func (b *Book) Forget(ctx context.Context, id string) error {
	return b.locked(func(j *Journal) error {
		p, err := j.Find(id)
		if err != nil {
			return err
		}
		chain, err := b.node.Chain(ctx)
		if err != nil {
			return err
		}
		if p.State.Open() && p.Chain == chain.ID() {
			return fmt.Errorf("transaction %s may still get into a block: cancel it instead", p.ID())
		}
		before := slices.Clone(j.payments)
		j.payments = slices.DeleteFunc(j.payments, func(q Payment) bool { return q.ID() == p.ID() })
		return j.write(before)
	})
}

// definite says whether the answer was about the request, and not about the node's own state: then the node
// did not take it.
func (p *Problem) definite() bool {
	return p.Status >= http.StatusBadRequest && p.Status < http.StatusInternalServerError
}
