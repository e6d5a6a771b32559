package mempooltest

import (
	"fmt"
	"math/big"
	"slices"

	"strata/mempool"
)

// Malleated is a transaction whose signature a stranger has changed, and how.
type Malleated struct {
	What string
	Tx   mempool.Transaction
}

// groupOrder is that of the group, the L of RFC 8032: an S at or above it is none.
var groupOrder, _ = new(big.Int).SetString(
	"7237005577332262213973186563042994240857116359379907606001950938285454250989", 10)

// Malleate lists what can be made of a right signature without the key, none of which is valid: were one
// of them so, a signed transfer would have two ids (CHN-13).
func Malleate(tx mempool.Transaction) []Malleated {
	var all []Malleated
	change := func(what string, f func(tx *mempool.Transaction)) {
		other := tx
		f(&other)
		all = append(all, Malleated{what, other})
	}
	s := scalarOf(tx)
	for times := int64(1); ; times++ {
		moved := new(big.Int).Add(s, new(big.Int).Mul(groupOrder, big.NewInt(times)))
		if moved.BitLen() > 256 {
			break
		}
		if times < 3 {
			change(fmt.Sprintf("with %d times the group's order added to S", times), func(tx *mempool.Transaction) {
				setScalar(tx, moved)
			})
		}
	}
	change("with the highest bit of S set", func(tx *mempool.Transaction) { tx.Signature[63] |= 0x80 })
	change("with -S", func(tx *mempool.Transaction) { setScalar(tx, new(big.Int).Sub(groupOrder, s)) })
	change("with -R", func(tx *mempool.Transaction) { tx.Signature[31] ^= 0x80 })
	change("with -R and -S", func(tx *mempool.Transaction) {
		tx.Signature[31] ^= 0x80
		setScalar(tx, new(big.Int).Sub(groupOrder, s))
	})
	change("of the account with the other sign", func(tx *mempool.Transaction) { tx.Sender[31] ^= 0x80 })
	change("with S and R exchanged", func(tx *mempool.Transaction) {
		copy(tx.Signature[:], slices.Concat(tx.Signature[32:], tx.Signature[:32]))
	})
	return all
}

// scalarOf is S, which is little-endian.
func scalarOf(tx mempool.Transaction) *big.Int {
	b := slices.Clone(tx.Signature[32:])
	slices.Reverse(b)
	return new(big.Int).SetBytes(b)
}

// setScalar writes S, as 32 bytes, the lowest first.
func setScalar(tx *mempool.Transaction, s *big.Int) {
	b := s.FillBytes(make([]byte, 32))
	slices.Reverse(b)
	copy(tx.Signature[32:], b)
}

// SmallOrder are transactions of keys of small order, each written in its canonical way and in another
// one: two accounts, that is, although one point. With R of small order as well and S = 0 all are valid
// by ZIP-215, for every message; with S = L, which is 0 written otherwise, none is.
func SmallOrder(nonce uint64) (valid []mempool.Transaction, invalid []Malleated) {
	for i, key := range []mempool.PublicKey{{}, filled(0xed), {1}, filled(0xee)} {
		tx := mempool.Transaction{Sender: key, Recipient: Account(0), Nonce: nonce}
		r := []mempool.PublicKey{filled(0xed), {1}, filled(0xee), {}}[i]
		copy(tx.Signature[:32], r[:])
		valid = append(valid, tx)
		setScalar(&tx, groupOrder)
		invalid = append(invalid, Malleated{"of a key of small order with S = L", tx})
	}
	return valid, invalid
}

// filled is 2^255 - 256 and a byte: y = p with 0xed, and so on.
func filled(first byte) (key mempool.PublicKey) {
	for i := range key {
		key[i] = 0xff
	}
	key[0], key[31] = first, 0x7f
	return key
}

// malleated has gossip bring what a stranger makes of signatures that are right, before and after the
// right ones: none of it is passed on, and none changes what becomes of the right ones. Signatures of
// keys of small order, which a library may refuse, are valid by ZIP-215 and have to travel.
func malleated(d *desk) {
	early, late := Pay(0, 1, d.rand.Uint64N(3), 5), Pay(1, 2, d.rand.Uint64N(3), 5)
	refused := func(all []Malleated) {
		for _, m := range all {
			d.do("gossip brings a payment "+m.What, func() {
				d.passes(mem2Invalid, "a payment "+m.What, false, m.Tx.Text())
			})
		}
	}
	refused(Malleate(early))
	d.do("gossip brings the payments as they were signed", func() {
		_ = d.sent(mem2Invalid) && d.passes(mem2Arrives, "the payment after malleated ones", true, early.Text()) &&
			d.pooled(mem2Arrives, early) &&
			d.passes(mem2Arrives, "the other payment", true, late.Text())
	})
	refused(Malleate(late))
	valid, invalid := SmallOrder(d.rand.Uint64N(3))
	refused(invalid)
	for _, tx := range valid {
		d.do("gossip brings a payment of a key of small order", func() {
			_ = d.passes(CHN13Valid, "a signature that ZIP-215 accepts", true, tx.Text()) && d.pooled(CHN13Valid, tx)
		})
	}
}

// announceMalleated has the node's own user bring one of them. The user gets the same verdict as a
// peer.
func announceMalleated(d *desk) {
	tx := Pay(0, 1, d.rand.Uint64N(3), 5)
	all := Malleate(tx)
	m := all[d.rand.IntN(len(all))]
	d.do("announce a payment "+m.What, func() {
		_ = d.wants(mem1Refuses, "a payment "+m.What, []error{mempool.ErrBadSignature}, d.pool.Announce(m.Tx)) &&
			d.sent(mem1Refuses) &&
			d.wants(mem1Takes, "the payment as it was signed", nil, d.pool.Announce(tx)) && d.sent(mem1Takes, tx)
	})
}
