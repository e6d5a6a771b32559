package validators

import (
	"encoding/binary"
	"errors"
	"fmt"

	"strata/ledgers"
	"strata/network"
)

// Validator is one of those who agree at a height.
type Validator struct {
	Key     network.PublicKey // it signs proposals and votes with
	Account Address           // its stake and its fees are there
	Power   uint64            // at least 1
}

// Set is the validators of one height, at most ledgers.MaxMembers, in the order that says who proposes when
// (VAL-3, VAL-4).
type Set []Validator

// Total is the power of all. It is below 2^62, so that no sum of powers overflows (VAL-1).
func (s Set) Total() (total uint64) {
	for _, v := range s {
		total += v.Power
	}
	return total
}

// Index is the validator with the key; -1 if there is none.
func (s Set) Index(key network.PublicKey) int {
	for i, v := range s {
		if v.Key == key {
			return i
		}
	}
	return -1
}

// Power is that of the validator with the key; 0 if there is none.
func (s Set) Power(key network.PublicKey) uint64 {
	if i := s.Index(key); i >= 0 {
		return s[i].Power
	}
	return 0
}

// Encode is the encoding: a number u16, then key, account and power of each.
func (s Set) Encode() []byte {
	b := binary.BigEndian.AppendUint16(nil, uint16(len(s)))
	for _, v := range s {
		b = append(append(b, v.Key[:]...), v.Account[:]...)
		b = binary.BigEndian.AppendUint64(b, v.Power)
	}
	return b
}

// Hash commits to the set. A header has that of its height and of the next.
func (s Set) Hash() Hash {
	return network.Sum256(append([]byte("strata\x00validators\x00set\x00"), s.Encode()...))
}

// DecodeSet reads a set. It may be empty, and its powers are not checked against the supply.
func DecodeSet(b []byte) (Set, error) {
	d := ledgers.NewDecoder(b)
	var s Set
	keys := map[network.PublicKey]bool{}
	for n := d.Count(ledgers.MaxMembers); n > 0 && d.OK(); n-- {
		var v Validator
		d.Into(v.Key[:])
		d.Into(v.Account[:])
		v.Power = d.Uint64()
		if d.OK() && (v.Power == 0 || v.Power >= MaxSupply) {
			d.Fail(fmt.Errorf("power %d, want 1 to %d", v.Power, uint64(MaxSupply-1)))
		}
		if keys[v.Key] {
			d.Fail(errors.New("a key twice"))
		}
		keys[v.Key] = true
		s = append(s, v)
	}
	if err := d.Err(); err != nil {
		return nil, fmt.Errorf("validators: a set: %w", err)
	}
	return s, nil
}
