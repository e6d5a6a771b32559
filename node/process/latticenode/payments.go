package latticenode

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"strata/ledgers/lattice"
)

// Payment is what a merchant waits for: an amount, to an account of its own, under the merchant's reference.
type Payment struct {
	Reference string    `json:"reference"` // the merchant's: 1 to MaxReference printable characters
	Account   string    `json:"account"`
	Amount    string    `json:"amount"`
	Received  string    `json:"received"` // cemented by now, whoever sent it
	State     string    `json:"state"`    // waiting, partial, paid
	Made      time.Time `json:"made"`
	Told      bool      `json:"told"` // the webhook has taken it
}

// The states of a payment.
const (
	PaymentWaiting = "waiting"
	PaymentPartial = "partial"
	PaymentPaid    = "paid"
)

// MaxReference is the length of a reference, in bytes.
const MaxReference = 100

const tablePayments = "payments"

var (
	// ErrReference reports a reference that is none, or is taken for another amount.
	ErrReference = errors.New("no reference for a payment")

	// ErrNoPayment reports a reference that nobody has asked a payment for.
	ErrNoPayment = errors.New("there is no payment of that reference")
)

// Payments are those that merchants wait for, in the node's store. Its methods are for any goroutine.
type Payments struct {
	node  *Running
	purse *Purse

	mu    sync.Mutex
	all   map[string]*Payment
	order []string
}

// OpenPayments reads them. Errors: the disk's; a row that is none.
func OpenPayments(node *Running, purse *Purse) (*Payments, error) {
	p := &Payments{node: node, purse: purse, all: map[string]*Payment{}}
	err := node.store.All(tablePayments, func(key, value []byte) error {
		one := &Payment{}
		if err := json.Unmarshal(value, one); err != nil {
			return fmt.Errorf("%s: the payment %q cannot be read: %w", FileStore, key, err)
		}
		p.all[string(key)] = one
		p.order = append(p.order, string(key))
		return nil
	})
	slices.SortStableFunc(p.order, func(a, b string) int { return p.all[a].Made.Compare(p.all[b].Made) })
	return p, err
}

// Make asks for a payment, to an account that nobody else is told. The same reference again gives the same payment.
// Errors: ErrReference; as Purse.Next's.
func (p *Payments) Make(ctx context.Context, reference string, amount lattice.Amount) (Payment, error) {
	printable := !strings.ContainsFunc(reference, func(r rune) bool { return r < ' ' || r == 0x7f || r == '�' })
	switch {
	case len(reference) == 0 || len(reference) > MaxReference || !printable:
		return Payment{}, fmt.Errorf("%w: want 1 to %d printable characters", ErrReference, MaxReference)
	case amount.Zero():
		return Payment{}, fmt.Errorf("%w: nothing is no payment", lattice.ErrAmountText)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if old := p.all[reference]; old != nil {
		if old.Amount != amount.String() {
			return Payment{}, fmt.Errorf("%w: %q is taken, for %s raw", ErrReference, reference, old.Amount)
		}
		return p.look(ctx, old)
	}
	of, err := p.purse.Next()
	if err != nil {
		return Payment{}, err
	}
	one := &Payment{Reference: reference, Account: lattice.Address(of), Amount: amount.String(), Made: time.Now().UTC()}
	if err := p.save(one); err != nil {
		return Payment{}, err
	}
	p.all[reference] = one
	p.order = append(p.order, reference)
	return p.look(ctx, one)
}

func (p *Payments) save(one *Payment) error {
	text, err := json.Marshal(one)
	if err != nil {
		return err
	}
	return p.node.store.Put(tablePayments, []byte(one.Reference), text)
}

// Info is how a payment stands. Errors: ErrNoPayment; the node's.
func (p *Payments) Info(ctx context.Context, reference string) (Payment, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	one := p.all[reference]
	if one == nil {
		return Payment{}, fmt.Errorf("%w: %.100q", ErrNoPayment, reference)
	}
	return p.look(ctx, one)
}

// look fills in what has come: what is pending, and what the account has received. Nobody sends from it but the
// wallet, and it does so later: what was paid once stays paid.
func (p *Payments) look(ctx context.Context, one *Payment) (Payment, error) {
	if one.State == PaymentPaid {
		return *one, nil
	}
	of, err := lattice.ParseAddress(one.Account)
	if err != nil {
		return *one, err
	}
	a, err := p.node.Account(ctx, of)
	if err != nil {
		return *one, err
	}
	pending, errPending := lattice.ParseRaw(a.Pending)
	confirmed, errConfirmed := lattice.ParseRaw(a.Confirmed)
	want, errWant := lattice.ParseRaw(one.Amount)
	if err := errors.Join(errPending, errConfirmed, errWant); err != nil {
		return *one, err
	}
	got := pending.Plus(confirmed)
	one.Received, one.State = got.String(), PaymentWaiting
	switch {
	case got.Cmp(want) >= 0:
		one.State = PaymentPaid
		return *one, p.save(one)
	case !got.Zero():
		one.State = PaymentPartial
	}
	return *one, nil
}

// untold lists what is paid and the webhook has not taken, the oldest first.
func (p *Payments) untold(ctx context.Context) (all []Payment, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, reference := range p.order {
		one := p.all[reference]
		if one.Told {
			continue
		}
		now, err := p.look(ctx, one)
		if err != nil {
			return all, err
		}
		if now.State == PaymentPaid {
			all = append(all, now)
		}
	}
	return all, nil
}

// told remembers that the webhook has taken a payment.
func (p *Payments) told(reference string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all[reference].Told = true
	return p.save(p.all[reference])
}
