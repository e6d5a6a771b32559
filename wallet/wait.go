package wallet

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
)

// ErrOverdue reports a payment that has not become as deep as was waited for. It is kept, and watched.
var ErrOverdue = errors.New("the payment is not there yet")

// ErrReplaced reports a payment that did not come to pass, since another transaction of the account, with the
// same nonce, did.
var ErrReplaced = errors.New("another transaction of the account took its place")

// MaxDepth is the deepest that a payment is watched: then it is the chain's alone.
const MaxDepth = keepUntil - 1

// Wait looks until a payment is so many blocks deep, at most MaxDepth, and returns it; it calls pause between
// two looks. tell is called each time that its state has changed, and with the error of a look that failed. A
// node that is away for a while, since it is being restarted, is waited for. Errors: ErrOverdue when the context
// ends, with the last look's error; ErrReplaced; ErrNoPayment if the journal has no such payment; the journal's.
func (b *Book) Wait(ctx context.Context, id string, depth uint64, pause func(context.Context), tell func(Payment, error)) (Payment, error) {
	last := Payment{}
	for {
		payments, deep, err := b.refreshed(ctx)
		all := append(deep, payments...) // many blocks may have come since the last look
		at := slices.IndexFunc(all, func(p Payment) bool { return p.ID() == id })
		if at >= 0 && all[at].State != last.State {
			tell(all[at], nil)
		}
		if at >= 0 {
			last = all[at]
		}
		switch {
		case at < 0 && err == nil:
			return last, fmt.Errorf("transaction %s: %w", id, ErrNoPayment)
		case last.State == Confirmed && last.Depth >= depth:
			return last, nil
		case last.State == Replaced && last.Depth >= depth:
			return last, fmt.Errorf("transaction %s: %w", id, ErrReplaced)
		case err != nil && ctx.Err() == nil:
			if !passing(err) {
				return last, err
			}
			tell(last, err)
		}
		if ctx.Err() == nil {
			pause(ctx)
		}
		if ctx.Err() != nil {
			return last, fmt.Errorf("transaction %s: %w: it is %s", id, ErrOverdue, cmp.Or(last.State, Made))
		}
	}
}

// passing says whether an error may be gone at the next look.
func passing(err error) bool {
	var p *Problem
	return errors.Is(err, ErrUnreachable) || errors.As(err, &p) && !p.definite()
}
