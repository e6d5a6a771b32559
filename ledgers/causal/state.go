package causal

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"maps"
	"slices"

	"strata/network"
)

// Why a deed is refused.
var (
	ErrFunds      = errors.New("the balance does not suffice")
	ErrNoLock     = errors.New("there is no such lock, or it has ended")
	ErrSecret     = errors.New("the secret is not the one that the lock asks for")
	ErrHeight     = errors.New("the height does not allow it")
	ErrTaken      = errors.New("the hash is taken")
	ErrNoPromise  = errors.New("there is no such commitment to reveal")
	ErrUnreadable = errors.New("the deed cannot be read")
)

// Held is what a lock holds.
type Held struct {
	From, To network.PublicKey
	Amount   uint64
	Hash     [32]byte // SHA-256 of the secret, which has 32 bytes
	Until    uint64   // below this height it is redeemed, from it on refunded
}

// State is what the blocks have made of the balances of genesis. It is a value of its own on each replica; equal cuts
// give equal states.
type State struct {
	Height   uint64 // of the newest block
	document ID
	window   uint64 // in which commitments are revealed, in blocks
	balances map[network.PublicKey]uint64
	locks    map[ElementID]Held
	promises map[uint64][]*promise // by the height of their block, in their order
	taken    map[[32]byte]bool     // hashes of commitments
}

// State is that before the first block.
func (g Genesis) State() *State {
	s := &State{
		document: g.Root(), window: 2 * uint64(len(g.Members)),
		balances: map[network.PublicKey]uint64{}, locks: map[ElementID]Held{},
		promises: map[uint64][]*promise{}, taken: map[[32]byte]bool{},
	}
	for _, a := range g.Accounts {
		s.Give(a.Key, a.Balance)
	}
	return s
}

// Balance is what somebody has. What is locked or deposited is not in it.
func (s *State) Balance(of network.PublicKey) uint64 { return s.balances[of] }

// Give adds to a balance. The sum of all is below MaxSupply, for nothing is given that was not taken.
func (s *State) Give(to network.PublicKey, amount uint64) { s.balances[to] += amount }

// Take takes from a balance, and says whether it sufficed. Otherwise it stays as it is.
func (s *State) Take(from network.PublicKey, amount uint64) bool {
	has := s.balances[from]
	if has < amount {
		return false
	}
	if s.balances[from] = has - amount; has == amount {
		delete(s.balances, from)
	}
	return true
}

// Lock is what the lock holds that an operation made; false if there is none, or it has ended.
func (s *State) Lock(of ElementID) (Held, bool) {
	h, ok := s.locks[of]
	return h, ok
}

// Hold makes a lock of what was taken.
func (s *State) Hold(by ElementID, h Held) { s.locks[by] = h }

// End ends a lock. What it held is to be given to somebody.
func (s *State) End(of ElementID) { delete(s.locks, of) }

// Supply is all there is: balances, and what is held and deposited.
func (s *State) Supply() (all uint64) {
	for _, b := range s.balances {
		all += b
	}
	for _, h := range s.locks {
		all += h.Amount
	}
	for _, block := range s.promises {
		all += uint64(len(block)) * Deposit
	}
	return all
}

// Digest is the SHA-256 of everything that can decide what a block does. Equal states have equal digests.
func (s *State) Digest() [32]byte {
	h := sha256.New()
	number := func(n uint64) { h.Write(binary.BigEndian.AppendUint64(nil, n)) }
	number(s.Height)
	for _, key := range slices.SortedFunc(maps.Keys(s.balances), compareKeys) {
		h.Write(key[:])
		number(s.balances[key])
	}
	for _, id := range slices.SortedFunc(maps.Keys(s.locks), ElementID.Compare) {
		held := s.locks[id]
		h.Write(id.Update[:])
		number(uint64(id.Index))
		for _, part := range [][]byte{held.From[:], held.To[:], held.Hash[:]} {
			h.Write(part)
		}
		number(held.Amount)
		number(held.Until)
	}
	for _, height := range slices.Sorted(maps.Keys(s.promises)) {
		for _, p := range s.promises[height] {
			number(height)
			h.Write(p.hash[:])
			h.Write(p.to[:])
			number(p.amount)
		}
	}
	for _, hash := range slices.SortedFunc(maps.Keys(s.taken), func(a, b [32]byte) int { return ID(a).Compare(b) }) {
		h.Write(hash[:])
	}
	return [32]byte(h.Sum(nil))
}

// compareKeys orders keys as bytes.
func compareKeys(a, b network.PublicKey) int { return slices.Compare(a[:], b[:]) }

// Compare orders elements by update and index.
func (e ElementID) Compare(other ElementID) int {
	return cmp.Or(e.Update.Compare(other.Update), cmp.Compare(e.Index, other.Index))
}
