package latticenode

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"strata/ledgers/lattice"
)

// ErrFaucet reports a wish that the faucet does not fulfil.
var ErrFaucet = errors.New("the faucet gives nothing")

// Faucet gives an amount from the wallet's first account to whoever asks, once an account and a place within a time.
type Faucet struct {
	Amount lattice.Amount
	Every  time.Duration // between two gifts to one account, or one place
	purse  *Purse

	mu   sync.Mutex
	last map[string]time.Time // by account, and by place
}

// maxAsked bounds whom the faucet remembers: when so many have asked within Every, it gives nothing.
const maxAsked = 10_000

// Give gives to an account; from is the place that asks, empty for this machine. Errors: ErrFaucet; as Wallet.Send's, and those of Purse.Wallet.
func (f *Faucet) Give(ctx context.Context, to lattice.Account, from string) (Outcome, error) {
	w, err := f.purse.Wallet()
	if err != nil {
		return Outcome{}, err
	}
	who := []string{lattice.Address(to)}
	if from != "" {
		who = append(who, from)
	}
	if err := f.take(time.Now(), who...); err != nil {
		return Outcome{}, err
	}
	o, err := w.Send(ctx, w.Accounts()[0], to, f.Amount)
	if err != nil { // nothing was given: whoever asked may ask again
		f.forget(who...)
	}
	return o, err
}

// take notes a gift, if there may be one.
func (f *Faucet) take(now time.Time, who ...string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.last == nil {
		f.last = map[string]time.Time{}
	}
	for name, at := range f.last {
		if now.Sub(at) >= f.Every {
			delete(f.last, name)
		}
	}
	for _, name := range who {
		if at, asked := f.last[name]; asked {
			return fmt.Errorf("%w: %s has had its own; ask again in %v", ErrFaucet, name, (f.Every - now.Sub(at)).Round(time.Second))
		}
	}
	if len(f.last)+len(who) > maxAsked {
		return fmt.Errorf("%w: too many have asked; ask again in %v", ErrFaucet, f.Every)
	}
	for _, name := range who {
		f.last[name] = now
	}
	return nil
}

func (f *Faucet) forget(who ...string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, name := range who {
		delete(f.last, name)
	}
}
