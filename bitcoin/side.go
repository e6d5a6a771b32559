package bitcoin

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"

	"github.com/btcsuite/btcd/wire/v2"

	"strata/ledgers/causal"
	"strata/ledgers/causal/swap"
	"strata/network"
)

// Config is what a Side needs to know.
type Config struct {
	Wallet Wallet
	Lock   causal.Held // the leg that is on Bitcoin, and the swap's hash. Amount is in satoshis

	// Confirmations is how many blocks there have to be from the one that has a transaction, itself counted, for the
	// transaction to be final: 1 to 3, for swap reckons with so many; 0 means 1.
	Confirmations uint32
}

// Side is the lock of a swap on Bitcoin as one party sees it. All methods are called on one goroutine.
type Side struct {
	config   Config
	chain    Chain
	contract *Contract
	box      *box
	height   uint32
	locks    []lock // in the order in which blocks made them; last those of no block
	coins    []Coin
	mined    map[[32]byte]bool // transactions in a block
	fault    error             // of the last deed
}

// lock is one that was made, and what became of it.
type lock struct {
	swap.Lock
	depth uint32
	taken bool // something spends it, in a block or waiting for one
}

var _ swap.Ledger = (*Side)(nil)

// Open makes a side of what a file has of its deeds; at first there is none. It calls done once, later. Errors:
// NewContract's; ledgers.ErrDamaged; the disk's; ErrTerms if Confirmations is none of 1 to 3.
func Open(c Config, chain Chain, disk network.Disk, file string, done func(*Side, error)) {
	c.Confirmations = cmp.Or(c.Confirmations, 1)
	contract, err := NewContract(c.Lock)
	if err == nil && c.Confirmations > 3 {
		err = fmt.Errorf("%w: final after %d blocks: want 1 to 3", ErrTerms, c.Confirmations)
	}
	s := &Side{config: c, chain: chain, contract: contract, box: &box{disk: disk, has: map[string]*parcel{}}}
	if err != nil {
		disk.SyncNames(func(error) { done(nil, err) })
		return
	}
	s.box.open(file, func(err error) {
		if err != nil {
			done(nil, err)
			return
		}
		done(s, nil)
	})
}

// Look asks the chain how it stands, and tells it again what this party has sent and no block has. To be called after
// each block, and after Send. Errors: Chain's; why the last deed cannot be done: ErrTerms, ErrNoLock, and those of
// Contract. With ErrUnreachable the side shows what it saw last.
func (s *Side) Look(ctx context.Context) error {
	height, err := s.chain.Height(ctx)
	if err != nil {
		return err
	}
	history, err := s.chain.History(ctx, s.contract.output)
	if err != nil {
		return err
	}
	own := home(s.config.Wallet.Key.Public())
	mine, err := s.chain.History(ctx, own)
	if err != nil {
		return err
	}
	s.height, s.mined = height, map[[32]byte]bool{}
	for _, e := range append(history, mine...) {
		s.mined[e.Tx.TxHash()] = e.Depth > 0
	}
	s.coins = Coins(mine, own, s.config.Wallet.Net)
	s.follow(history)
	fault := s.fault
	s.fault = nil
	return errors.Join(fault, s.tell(ctx))
}

// tell has the chain hear of what is safe on the disk and in no block.
func (s *Side) tell(ctx context.Context) error {
	var faults []error
	for _, p := range s.box.order {
		if !p.safe || s.mined[p.tx.TxHash()] || s.over(p) {
			continue
		}
		err := s.chain.Send(ctx, p.tx)
		if errors.Is(err, ErrUnreachable) {
			return err
		}
		faults = append(faults, err)
	}
	return errors.Join(faults...)
}

// over says whether a redeem or refund has come too late.
func (s *Side) over(p *parcel) bool {
	for _, l := range s.locks {
		if p.tx.TxIn[0].PreviousOutPoint == place(l.ID) && l.End != swap.Open {
			return true
		}
	}
	return false
}

// follow finds the locks in the history of their script.
func (s *Side) follow(history []Entry) {
	s.locks = nil
	for _, e := range history {
		for i, out := range e.Tx.TxOut {
			if !bytes.Equal(out.PkScript, s.contract.output) || i > maxIndex {
				continue
			}
			held := s.config.Lock
			held.Amount = uint64(out.Value)
			id := causal.ElementID{Update: causal.ID(e.Tx.TxHash()), Index: uint16(i)}
			s.locks = append(s.locks, lock{Lock: swap.Lock{ID: id, Held: held}, depth: e.Depth})
		}
	}
	for _, e := range history {
		for _, in := range e.Tx.TxIn {
			for i := range s.locks {
				if l := &s.locks[i]; in.PreviousOutPoint == place(l.ID) {
					s.spent(l, in.Witness, e.Depth)
				}
			}
		}
	}
}

// maxIndex is the last output of a transaction that can be named. None of a block's size has as many of a lock's.
const maxIndex = 1<<16 - 1

// spent notes what spends a lock. The script leaves it two witnesses.
func (s *Side) spent(l *lock, witness wire.TxWitness, depth uint32) {
	l.taken = true
	switch {
	case depth < s.config.Confirmations:
	case len(witness) == 3: // signature, branch, script
		l.End = swap.Refunded
	case len(witness) == 4 && sha256.Sum256(witness[1]) == l.Hash: // signature, secret, branch, script
		l.End, l.Secret = swap.Redeemed, [32]byte(witness[1])
	}
}

// place is the output that is a lock.
func place(id causal.ElementID) wire.OutPoint {
	return wire.OutPoint{Hash: [32]byte(id.Update), Index: uint32(id.Index)}
}

// View is swap.Ledger's, as of the last Look. The height is that of the newest block, final or not: it says what the next
// block allows.
func (s *Side) View(hash [32]byte) swap.View {
	v := swap.View{Height: uint64(s.height)}
	for _, l := range s.locks {
		if hash == l.Hash && l.depth >= s.config.Confirmations {
			v.Locks = append(v.Locks, l.Lock)
		}
	}
	return v
}

// Balance is what the key has to spend in blocks, in satoshis, as of the last Look.
func (s *Side) Balance() (sum int64) {
	for _, c := range s.coins {
		sum += c.Value
	}
	return sum
}

// Send is swap.Ledger's: the transaction is safe on the disk before the next Look tells it. What cannot be done is tried
// again with the next Send; Look says why.
func (s *Side) Send(d *causal.Deed) {
	name := string(d.Encode())
	if s.box.has[name] != nil {
		return
	}
	tx, err := s.make(d)
	if tx == nil {
		s.fault = err
		return
	}
	s.fault = s.box.add(name, tx)
}

// make is the transaction that does a deed; nil beside no error if it is done already.
func (s *Side) make(d *causal.Deed) (*wire.MsgTx, error) {
	c := &s.config
	if d.Kind == causal.Lock {
		if (causal.Held{From: c.Wallet.Key.Public(), To: d.To, Amount: d.Amount, Hash: d.Hash, Until: d.Until}) != c.Lock {
			return nil, fmt.Errorf("%w: a lock that is not the one agreed on, or not this key's to make", ErrTerms)
		}
		for _, l := range s.locks {
			if l.Held == c.Lock {
				return nil, nil // in no final block yet
			}
		}
		return s.contract.Lock(&c.Wallet, s.coins)
	}
	i := slices.IndexFunc(s.locks, func(l lock) bool { return l.ID == d.Of && l.Held == c.Lock })
	switch key := c.Wallet.Key.Public(); {
	case i < 0:
		return nil, fmt.Errorf("%w: %v as agreed on: look again after the next block", ErrNoLock, place(d.Of))
	case s.locks[i].taken:
		return nil, fmt.Errorf("%w: %v is spent already", ErrNoLock, place(d.Of))
	case d.Kind == causal.Redeem && key == c.Lock.To:
		return s.contract.Redeem(&c.Wallet, place(d.Of), d.Secret)
	case d.Kind == causal.Refund && key == c.Lock.From:
		return s.contract.Refund(&c.Wallet, place(d.Of), s.height)
	}
	return nil, fmt.Errorf("%w: the recipient redeems a lock, and who made it gets the refund", ErrTerms)
}
