package swap

import (
	"strata/ledgers/causal"
	"strata/network"
)

// Writer is what a Side needs of causal.Causal.
type Writer interface {
	Write(ops []causal.Op, done func(id causal.ID, err error))
}

// Side is a ledger of elective 10 as one party sees it: it keeps what became of locks. All methods are called on the
// replica's loop.
type Side struct {
	writer Writer
	key    network.PublicKey
	height uint64
	locks  []Lock
	at     map[causal.ElementID]int
	sent   map[string]bool // deeds of this party
}

var _ Ledger = (*Side)(nil)

// NewSide makes a side without blocks, of the replica of that key.
func NewSide(key network.PublicKey, writer Writer) *Side {
	return &Side{writer: writer, key: key, at: map[causal.ElementID]int{}, sent: map[string]bool{}}
}

// Delivered has to be called with each update that the replica delivers, also with those of its disk: this party's own
// deeds need not be sent again.
func (s *Side) Delivered(u *causal.Update) {
	if u.Author != s.key {
		return
	}
	ops, err := causal.DecodeOps(u.Body)
	if err != nil {
		return // what cannot be read is not delivered
	}
	for _, op := range ops {
		if op.Action == causal.Do {
			s.sent[string(op.Value)] = true
		}
	}
}

// Executed has to be called with each block in order, and what became of its deeds. op is an operation of the block.
func (s *Side) Executed(height uint64, outcomes []causal.Outcome, op func(causal.ElementID) (causal.Op, bool)) {
	s.height = height
	for _, o := range outcomes {
		if o.Why != nil {
			continue
		}
		if op, ok := op(o.Op); ok {
			s.note(o, op)
		}
	}
}

// note keeps what an executed deed made of a lock.
func (s *Side) note(o causal.Outcome, op causal.Op) {
	d, err := causal.DecodeDeed(op.Value)
	if err != nil {
		return // what cannot be read is not executed
	}
	switch d.Kind {
	case causal.Lock:
		s.at[o.Op] = len(s.locks)
		s.locks = append(s.locks, Lock{ID: o.Op, Held: causal.Held{From: o.By, To: d.To, Amount: d.Amount, Hash: d.Hash, Until: d.Until}})
	case causal.Redeem:
		one := &s.locks[s.at[d.Of]]
		one.End, one.Secret = Redeemed, [32]byte(d.Secret)
	case causal.Refund:
		s.locks[s.at[d.Of]].End = Refunded
	}
}

// View is Ledger's.
func (s *Side) View(hash [32]byte) View {
	v := View{Height: s.height}
	for _, l := range s.locks {
		if l.Hash == hash {
			v.Locks = append(v.Locks, l)
		}
	}
	return v
}

// Send is Ledger's: the replica has its update safe before it tells it (CAU-1), and its peers get it from its heads
// whenever they lack it (CAU-3).
func (s *Side) Send(d *causal.Deed) {
	op := d.Op()
	if s.sent[string(op.Value)] {
		return
	}
	s.sent[string(op.Value)] = true
	s.writer.Write([]causal.Op{op}, func(_ causal.ID, err error) {
		if err != nil {
			delete(s.sent, string(op.Value)) // nobody has heard of it
		}
	})
}
