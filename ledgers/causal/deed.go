package causal

import (
	"encoding/binary"
	"fmt"

	"strata/ledgers"
	"strata/network"
)

// DeedKind says what a deed does.
type DeedKind uint8

// The kinds of deeds (CAU-8 to CAU-10).
const (
	Transfer DeedKind = iota + 1 // an amount to somebody
	Lock                         // an amount for somebody, who gets it for a secret, below a height
	Redeem                       // what a lock holds, for the secret
	Refund                       // what a lock holds, from its height on, to who locked it
	Commit                       // to a transfer that nobody can read yet
	Reveal                       // of the transfer that was committed to
)

// MaxSecret is the length of the longest secret that a deed can carry. Only one of 32 bytes redeems (CAU-10).
const MaxSecret = 64

// Deed is what an operation does with balances. Whether it can is seen when a block executes it: one that cannot is
// refused, and as valid as others (CAU-4).
//
//	kind u8 | to 32 | amount u64 | hash 32 | until u64 | lock: update 32, index u16 | secret: length u32, bytes
//
// What a kind does not use is zero.
type Deed struct {
	Kind   DeedKind
	To     network.PublicKey // of Transfer, Lock and Reveal
	Amount uint64            // of these: 1 to MaxSupply-1
	Hash   [32]byte          // of Lock: that of the secret; of Commit: that of the commitment
	Until  uint64            // of Lock: the height from which it can be refunded, and not redeemed
	Of     ElementID         // of Redeem and Refund: the operation that made the lock
	Secret []byte            // of Redeem: what the hash is of; of Reveal: the salt
}

// MaxSupply bounds all balances together, so that no sum overflows.
const MaxSupply = 1 << 62

// Encode is the encoding: the value of an operation with the action Do.
func (d *Deed) Encode() []byte {
	b := append([]byte{byte(d.Kind)}, d.To[:]...)
	b = binary.BigEndian.AppendUint64(b, d.Amount)
	b = append(b, d.Hash[:]...)
	b = binary.BigEndian.AppendUint64(b, d.Until)
	b = append(b, d.Of.Update[:]...)
	b = binary.BigEndian.AppendUint16(b, d.Of.Index)
	return ledgers.AppendBytes(b, d.Secret)
}

// Op is the operation that does it.
func (d *Deed) Op() Op { return Op{Action: Do, Value: d.Encode()} }

// DecodeDeed reads what Encode makes. The error says what the deed cannot be.
func DecodeDeed(b []byte) (*Deed, error) {
	r, d := ledgers.NewDecoder(b), &Deed{}
	d.Kind = DeedKind(r.Uint8())
	r.Into(d.To[:])
	d.Amount = r.Uint64()
	r.Into(d.Hash[:])
	d.Until = r.Uint64()
	r.Into(d.Of.Update[:])
	d.Of.Index = r.Uint16()
	d.Secret = r.Bytes(MaxSecret)
	if fault := d.fault(); fault != "" {
		r.Fail(fmt.Errorf("a deed %s", fault))
	}
	return d, r.Err()
}

// fault says why a deed cannot be what it says; empty if it can.
func (d *Deed) fault() string {
	pays := d.Kind == Transfer || d.Kind == Lock || d.Kind == Reveal
	ends := d.Kind == Redeem || d.Kind == Refund
	switch {
	case d.Kind < Transfer || d.Kind > Reveal:
		return fmt.Sprintf("of kind %d, want 1 to 6", d.Kind)
	case pays && (d.Amount == 0 || d.Amount >= MaxSupply):
		return fmt.Sprintf("of an amount of %d, want 1 or more, below 2^62", d.Amount)
	case !pays && (d.Amount != 0 || d.To != network.PublicKey{}):
		return "with an amount or somebody to pay, which it does not use"
	case d.Kind != Lock && d.Kind != Commit && d.Hash != [32]byte{}:
		return "with a hash, which it does not use"
	case d.Kind != Lock && d.Until != 0:
		return "with a height, which it does not use"
	case !ends && d.Of != ElementID{}:
		return "with a lock, which it does not use"
	case d.Kind != Redeem && d.Kind != Reveal && len(d.Secret) > 0:
		return "with a secret, which it does not use"
	}
	return ""
}
