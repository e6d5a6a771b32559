package latticenode

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"

	"strata/ledgers"
	"strata/ledgers/lattice"
)

// Recover is how many accounts in a row that nobody has used end the search for those of a seed.
const Recover = 20

// MaxWallet is how many accounts a wallet has.
const MaxWallet = 10_000

var (
	// ErrNotOurs reports an account that is none of the wallet's.
	ErrNotOurs = errors.New("the account is none of this wallet's")

	// ErrBalance reports a payment of more than there is.
	ErrBalance = errors.New("there is not enough in the account")

	// ErrNothing reports an account that has received nothing yet: it has no block to stand on.
	ErrNothing = errors.New("the account is not open: it has received nothing yet")

	// ErrNoEntry reports a send that is not pending for the account.
	ErrNoEntry = errors.New("nothing of that hash is pending for the account")
)

// Wallet is the accounts of one seed, on a ledger. Its methods are for any goroutine; an account makes one
// block at a time.
type Wallet struct {
	ledger Ledger
	net    Network
	chain  ledgers.ChainID
	limits lattice.Genesis // the thresholds of work
	seed   lattice.Seed

	mu       sync.Mutex // guards what follows
	accounts []lattice.Account
	turns    map[lattice.Account]*sync.Mutex // held while a block of the account is made
}

// OpenWallet finds the accounts of a seed that were used: it looks at one index after the other, until Recover in a row
// were not. There are at least as many accounts as least says, and one. Errors: the ledger's.
func OpenWallet(ctx context.Context, l Ledger, seed lattice.Seed, least int) (*Wallet, error) {
	net, err := l.Network(ctx)
	if err != nil {
		return nil, err
	}
	w := &Wallet{ledger: l, net: net, seed: seed, turns: map[lattice.Account]*sync.Mutex{}}
	if w.chain, err = parseHash(net.Chain); err != nil {
		return nil, err
	}
	if w.limits.Send, err = parseWork(net.SendWork); err == nil {
		w.limits.Receive, err = parseWork(net.ReceiveWork)
	}
	if err != nil {
		return nil, err
	}
	used := max(1, least)
	for index := 0; index < min(used+Recover, MaxWallet); index++ {
		a, err := l.Account(ctx, seed.Account(uint32(index)))
		if err != nil {
			return nil, err
		}
		if a.Opened || a.Pending != "0" {
			used = max(used, index+1)
		}
	}
	for range used {
		w.add()
	}
	return w, nil
}

func (w *Wallet) add() lattice.Account {
	w.mu.Lock()
	defer w.mu.Unlock()
	a := w.seed.Account(uint32(len(w.accounts)))
	w.accounts = append(w.accounts, a)
	return a
}

func (w *Wallet) turn(of lattice.Account) *sync.Mutex {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.turns[of] == nil {
		w.turns[of] = &sync.Mutex{}
	}
	return w.turns[of]
}

// Accounts lists the wallet's accounts by index.
func (w *Wallet) Accounts() []lattice.Account {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.accounts)
}

// Next makes one more account. Error: there are MaxWallet.
func (w *Wallet) Next() (lattice.Account, error) {
	if len(w.Accounts()) >= MaxWallet {
		return lattice.Account{}, fmt.Errorf("a wallet has at most %d accounts", MaxWallet)
	}
	return w.add(), nil
}

// Send pays from an account. It waits until the block is cemented, or ctx ends. Errors: ErrNotOurs, ErrNothing,
// ErrBalance, the ledger's.
func (w *Wallet) Send(ctx context.Context, from, to lattice.Account, amount lattice.Amount) (Outcome, error) {
	if amount.Zero() {
		return Outcome{}, fmt.Errorf("%w: nothing is no payment", lattice.ErrAmountText)
	}
	return w.next(ctx, from, lattice.Send, func(b *lattice.Block, _ Account) error {
		left, ok := b.Balance.Sub(amount)
		if !ok {
			return fmt.Errorf("%w: %s has %s, less than %s", ErrBalance, lattice.Address(from), b.Balance.Units(), amount.Units())
		}
		b.Balance, b.Link = left, to
		return nil
	})
}

// Change names another representative. Errors: as Send's.
func (w *Wallet) Change(ctx context.Context, of, representative lattice.Account) (Outcome, error) {
	return w.next(ctx, of, lattice.Change, func(b *lattice.Block, _ Account) error {
		b.Representative = representative
		return nil
	})
}

// Receive takes what is pending, and opens the account if it is the first: the representative is the node's then.
// Errors: ErrNotOurs, ErrNoEntry, the ledger's.
func (w *Wallet) Receive(ctx context.Context, to lattice.Account, send lattice.Hash) (Outcome, error) {
	all, err := w.ledger.Pending(ctx, to)
	if err != nil {
		return Outcome{}, err
	}
	at := slices.IndexFunc(all, func(e Entry) bool { return e.Hash == hexHash(send) })
	if at < 0 {
		return Outcome{}, fmt.Errorf("%w: %x", ErrNoEntry, send)
	}
	amount, err := lattice.ParseRaw(all[at].Amount)
	if err != nil {
		return Outcome{}, err
	}
	return w.next(ctx, to, lattice.Receive, func(b *lattice.Block, _ Account) (err error) {
		b.Balance, b.Link = b.Balance.Plus(amount), send
		if b.Previous == (lattice.Hash{}) {
			b.Representative, err = lattice.ParseAddress(w.net.Node)
		}
		return err
	})
}

// next makes the next block of an account, signs it, finds work and hands it in.
func (w *Wallet) next(ctx context.Context, of lattice.Account, kind lattice.Kind, fill func(*lattice.Block, Account) error) (Outcome, error) {
	index := slices.Index(w.Accounts(), of)
	if index < 0 {
		return Outcome{}, fmt.Errorf("%w: %s", ErrNotOurs, lattice.Address(of))
	}
	turn := w.turn(of)
	turn.Lock()
	defer turn.Unlock()
	now, err := w.ledger.Account(ctx, of)
	if err != nil {
		return Outcome{}, err
	}
	b := &lattice.Block{Account: of}
	if now.Opened {
		if err := now.onto(b); err != nil {
			return Outcome{}, err
		}
	} else if kind != lattice.Receive {
		return Outcome{}, fmt.Errorf("%w: %s", ErrNothing, lattice.Address(of))
	}
	if err := fill(b, now); err != nil {
		return Outcome{}, err
	}
	b.Sign(w.chain, w.seed.Key(uint32(index)))
	if b.Work, err = Work(ctx, b.Hash(w.chain), w.limits.Threshold(kind)); err != nil {
		return Outcome{}, err
	}
	return w.ledger.Process(ctx, b)
}

// onto makes a block the next one of the account, with nothing changed.
func (a Account) onto(b *lattice.Block) error {
	frontier, errFrontier := parseHash(a.Frontier)
	balance, errBalance := lattice.ParseRaw(a.Balance)
	representative, errRep := lattice.ParseAddress(a.Representative)
	b.Previous, b.Balance, b.Representative = frontier, balance, representative
	return errors.Join(errFrontier, errBalance, errRep)
}

// ReceiveAll receives what is pending for all accounts, and says how much. Errors: the ledger's; what was received
// before stays.
func (w *Wallet) ReceiveAll(ctx context.Context) (blocks int, err error) {
	for _, of := range w.Accounts() {
		all, err := w.ledger.Pending(ctx, of)
		if err != nil {
			return blocks, err
		}
		for _, e := range all {
			send, err := parseHash(e.Hash)
			if err == nil {
				_, err = w.Receive(ctx, of, send)
			}
			if err != nil {
				return blocks, err
			}
			blocks++
		}
	}
	return blocks, nil
}

// workTries is how many nonces are tried between two looks at the context.
const workTries = 1 << 14

// Work finds a nonce for a block. Errors: ctx's.
func Work(ctx context.Context, hash lattice.Hash, threshold uint64) (uint64, error) {
	for first := uint64(0); ; first += workTries {
		if nonce, ok := lattice.FindWork(hash, threshold, first, workTries); ok {
			return nonce, nil
		}
		if err := ctx.Err(); err != nil {
			return 0, fmt.Errorf("no work was found in time: %w", err)
		}
	}
}

func workText(threshold uint64) string { return fmt.Sprintf("%016x", threshold) }

func parseWork(text string) (uint64, error) {
	threshold, err := strconv.ParseUint(text, 16, 64)
	if err != nil || len(text) != 16 {
		return 0, fmt.Errorf("%.40q is no threshold of work: want 16 hex digits", text)
	}
	return threshold, nil
}

// parseHash reads 64 hex digits.
func parseHash(text string) (h lattice.Hash, err error) {
	if b, err := hex.DecodeString(text); err == nil && len(b) == len(h) {
		return lattice.Hash(b), nil
	}
	return h, fmt.Errorf("%.80q is no hash: want %d hex digits", text, 2*len(h))
}
