package latticenode

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"strata/ledgers/lattice"
)

// Load is a load on a network: the open accounts of a wallet hand in one block after the other, each as soon as its
// last one is cemented. The blocks are changes to the representative that they have, so that nothing is moved.
type Load struct {
	Wallet *Wallet
	For    time.Duration
}

// Loaded is what came of a load.
type Loaded struct {
	Accounts int
	Blocks   int           // that were cemented
	Took     time.Duration // from the first block to the end of the last
	Median   time.Duration // from handing in to cemented, work included
	Late     time.Duration // of 99 of 100 no more
}

// String is a line that says it.
func (l Loaded) String() string {
	return fmt.Sprintf("%d accounts: %d blocks cemented in %v, %.1f a second; each after %v, 99 of 100 after at most %v",
		l.Accounts, l.Blocks, l.Took.Round(time.Millisecond), float64(l.Blocks)/l.Took.Seconds(),
		l.Median.Round(time.Millisecond), l.Late.Round(time.Millisecond))
}

// Run loads the network. Errors: the wallet has no open account; the ledger's; a block that is not cemented within a
// minute.
func (l Load) Run(ctx context.Context) (Loaded, error) {
	heads, err := l.heads(ctx)
	if err != nil {
		return Loaded{}, err
	}
	began := time.Now()
	end := began.Add(l.For)
	var all sync.WaitGroup
	var mu sync.Mutex
	var times []time.Duration
	for of, representative := range heads {
		all.Go(func() {
			mine, failed := l.one(ctx, of, representative, end)
			mu.Lock()
			defer mu.Unlock()
			times = append(times, mine...)
			if failed != nil {
				err = failed
			}
		})
	}
	all.Wait()
	loaded := Loaded{Accounts: len(heads), Blocks: len(times), Took: time.Since(began)}
	if slices.Sort(times); len(times) > 0 {
		loaded.Median, loaded.Late = times[len(times)/2], times[len(times)*99/100]
	}
	return loaded, err
}

// heads are the open accounts with their representatives.
func (l Load) heads(ctx context.Context) (map[lattice.Account]lattice.Account, error) {
	heads := map[lattice.Account]lattice.Account{}
	for _, of := range l.Wallet.Accounts() {
		a, err := l.Wallet.ledger.Account(ctx, of)
		if err != nil {
			return nil, err
		}
		if a.Opened {
			if heads[of], err = lattice.ParseAddress(a.Representative); err != nil {
				return nil, err
			}
		}
	}
	if len(heads) == 0 {
		return nil, fmt.Errorf("%w: the wallet has no account that could load anything", ErrNothing)
	}
	return heads, nil
}

// loadWithin is how long one block may take.
const loadWithin = time.Minute

// one hands in the blocks of one account until the end, and says how long each took.
func (l Load) one(ctx context.Context, of, representative lattice.Account, end time.Time) (times []time.Duration, err error) {
	for time.Now().Before(end) && ctx.Err() == nil {
		began := time.Now()
		within, cancel := context.WithTimeout(ctx, loadWithin)
		o, err := l.Wallet.Change(within, of, representative)
		cancel()
		switch {
		case err != nil:
			return times, err
		case o.State != "final":
			return times, fmt.Errorf("block %s is %s after %v %s", o.Hash, o.State, loadWithin, o.Why)
		}
		times = append(times, time.Since(began))
	}
	return times, nil
}
