package latticenode

import (
	"context"
	"encoding/binary"
	"errors"
	"log/slog"
	"sync"
	"time"

	"strata/ledgers/lattice"
)

// ErrLocked reports a wallet that no password has opened yet.
var ErrLocked = errors.New("the wallet is locked")

// Purse is the wallet beside a node: locked until it has its seed. While it is open it receives by itself what its
// accounts are sent. Its methods are for any goroutine.
type Purse struct {
	node *Running
	open func(password []byte) (lattice.Seed, error) // nil: the node has no wallet
	log  *slog.Logger
	wake chan struct{} // one token at most: something may be there to be received

	mu     sync.Mutex
	wallet *Wallet // nil: it is locked
	owns   map[lattice.Account]bool
}

// The row of the store in which the number of accounts stands.
const tableWallet = "wallet"

// NewPurse is the wallet beside a node. open decrypts its seed; nil: there is no wallet.
func NewPurse(node *Running, open func(password []byte) (lattice.Seed, error), log *slog.Logger) *Purse {
	p := &Purse{node: node, open: open, log: log, wake: make(chan struct{}, 1)}
	node.watch.onSent(func(to lattice.Account) {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.owns[to] {
			p.knock()
		}
	})
	return p
}

func (p *Purse) knock() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// ErrNoWallet reports a node without a wallet.
var ErrNoWallet = errors.New("the node has no wallet: start it with --wallet")

// Unlock decrypts the seed and finds the accounts. Errors: ErrNoWallet; the keystore's; the node's.
func (p *Purse) Unlock(ctx context.Context, password []byte) error {
	if p.open == nil {
		return ErrNoWallet
	}
	seed, err := p.open(password)
	if err != nil {
		return err
	}
	least := 0
	first := seed.Account(0)
	err = p.node.store.All(tableWallet, func(key, value []byte) error {
		if string(key) == string(first[:]) && len(value) == 4 {
			least = int(binary.BigEndian.Uint32(value))
		}
		return nil
	})
	if err != nil {
		return err
	}
	w, err := OpenWallet(ctx, p.node, seed, least)
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wallet, p.owns = w, map[lattice.Account]bool{}
	for _, a := range w.Accounts() {
		p.owns[a] = true
	}
	p.knock()
	return nil
}

// Lock forgets the seed.
func (p *Purse) Lock() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wallet, p.owns = nil, nil
}

// Wallet is the open wallet. Error: ErrLocked, ErrNoWallet.
func (p *Purse) Wallet() (*Wallet, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.open == nil:
		return nil, ErrNoWallet
	case p.wallet == nil:
		return nil, ErrLocked
	}
	return p.wallet, nil
}

// Next makes one more account, and remembers how many there are. Errors: as Wallet's; the disk's.
func (p *Purse) Next() (lattice.Account, error) {
	w, err := p.Wallet()
	if err != nil {
		return lattice.Account{}, err
	}
	a, err := w.Next()
	if err != nil {
		return a, err
	}
	p.mu.Lock()
	p.owns[a] = true
	p.mu.Unlock()
	all := w.Accounts()
	return a, p.node.store.Put(tableWallet, all[0][:], binary.BigEndian.AppendUint32(nil, uint32(len(all))))
}

// receiveWithin is how long one round of receiving may take.
const receiveWithin = time.Minute

// Receive receives by itself until ctx ends.
func (p *Purse) Receive(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-p.wake:
		}
		w, err := p.Wallet()
		if err != nil {
			continue
		}
		within, cancel := context.WithTimeout(ctx, receiveWithin)
		blocks, err := w.ReceiveAll(within)
		cancel()
		if blocks > 0 {
			p.log.Info("the wallet has received what was pending", "blocks", blocks)
		}
		if err != nil && ctx.Err() == nil {
			p.log.Warn("the wallet could not receive: it tries again with the next payment", "reason", err)
		}
	}
}
