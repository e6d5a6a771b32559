package causal

import (
	"encoding/binary"
	"maps"
	"slices"

	"strata/ledgers"
	"strata/network"
)

// Encode is the whole state, for whoever executes blocks elsewhere. Equal states have equal encodings.
//
//	document 32 | window u64 | height u64 | four lists, each with its length u32 before it:
//	balances: key 32, amount u64 | locks: update 32, index u16, from 32, to 32, amount u64, hash 32, until u64
//	commitments: height u64, by 32, hash 32, to 32, amount u64 | hashes that are taken: 32
func (s *State) Encode() []byte {
	b := appendNumbers(slices.Clone(s.document[:]), s.window, s.Height)
	b = appendCount(b, len(s.balances))
	for _, key := range slices.SortedFunc(maps.Keys(s.balances), compareKeys) {
		b = appendNumbers(append(b, key[:]...), s.balances[key])
	}
	b = appendCount(b, len(s.locks))
	for _, id := range slices.SortedFunc(maps.Keys(s.locks), ElementID.Compare) {
		held := s.locks[id]
		b = binary.BigEndian.AppendUint16(append(b, id.Update[:]...), id.Index)
		b = appendNumbers(append(append(b, held.From[:]...), held.To[:]...), held.Amount)
		b = appendNumbers(append(b, held.Hash[:]...), held.Until)
	}
	at, n := len(b), 0
	b = appendCount(b, n)
	for _, height := range slices.Sorted(maps.Keys(s.promises)) {
		for _, p := range s.promises[height] {
			b = append(append(appendNumbers(b, height), p.by[:]...), p.hash[:]...)
			b = appendNumbers(append(b, p.to[:]...), p.amount)
			n++
		}
	}
	binary.BigEndian.PutUint32(b[at:], uint32(n))
	b = appendCount(b, len(s.taken))
	for _, hash := range slices.SortedFunc(maps.Keys(s.taken), func(a, b [32]byte) int { return ID(a).Compare(b) }) {
		b = append(b, hash[:]...)
	}
	return b
}

func appendNumbers(b []byte, numbers ...uint64) []byte {
	for _, n := range numbers {
		b = binary.BigEndian.AppendUint64(b, n)
	}
	return b
}

func appendCount(b []byte, n int) []byte { return binary.BigEndian.AppendUint32(b, uint32(n)) }

// DecodeState reads what Encode makes. It checks lengths, and not whether blocks can have made such a state.
func DecodeState(b []byte) (*State, error) {
	d := ledgers.NewDecoder(b)
	s := &State{
		balances: map[network.PublicKey]uint64{}, locks: map[ElementID]Held{},
		promises: map[uint64][]*promise{}, taken: map[[32]byte]bool{},
	}
	d.Into(s.document[:])
	s.window, s.Height = d.Uint64(), d.Uint64()
	each := func(read func()) {
		for n := d.Uint32(); n > 0 && d.OK(); n-- {
			read()
		}
	}
	each(func() { s.balances[takeKey(d)] = d.Uint64() })
	each(func() {
		id := ElementID{Update: ID(takeKey(d)), Index: d.Uint16()}
		held := Held{From: takeKey(d), To: takeKey(d), Amount: d.Uint64()}
		held.Hash, held.Until = takeKey(d), d.Uint64()
		s.locks[id] = held
	})
	each(func() {
		height, p := d.Uint64(), &promise{by: takeKey(d)}
		p.hash, p.to, p.amount = takeKey(d), takeKey(d), d.Uint64()
		s.promises[height] = append(s.promises[height], p)
	})
	each(func() { s.taken[takeKey(d)] = true })
	return s, malformed("a state", d.Err())
}

// takeKey reads 32 bytes.
func takeKey(d *ledgers.Decoder) (key network.PublicKey) {
	d.Into(key[:])
	return key
}
