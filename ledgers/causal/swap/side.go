package swap

import (
	"slices"

	"strata/ledgers/causal"
	"strata/network"
)

// Replica is what a Side needs of causal.Causal.
type Replica interface {
	Write(ops []causal.Op, done func(id causal.ID, err error))
	Cut(heads, others []causal.ID) (cut []causal.Delivered, whole bool)
}

// Side is a ledger of elective 10 as one party sees it: it executes the blocks, and keeps what became of locks. All methods
// are called on the replica's loop.
type Side struct {
	replica Replica
	bank    causal.Bank
	key     network.PublicKey
	state   *causal.State
	heads   []causal.ID // of the newest block
	locks   []Lock
	at      map[causal.ElementID]int
	sent    map[string]bool // deeds of this party
}

var _ Ledger = (*Side)(nil)

// NewSide makes a side without blocks, of the replica of that key.
func NewSide(g causal.Genesis, key network.PublicKey, bank causal.Bank, replica Replica) *Side {
	return &Side{
		replica: replica, bank: bank, key: key, state: g.State(), heads: []causal.ID{g.Root()},
		at: map[causal.ElementID]int{}, sent: map[string]bool{},
	}
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

// Block executes the next block, which is a cut: heads. whole says that the replica has all of it; else the block is to
// be given again when more has come.
func (s *Side) Block(heads []causal.ID) (whole bool) {
	cut, whole := s.replica.Cut(heads, s.heads)
	if !whole {
		return false
	}
	ops := map[causal.ElementID]causal.Op{}
	for _, u := range cut {
		for i, op := range u.Ops {
			ops[causal.ElementID{Update: u.ID, Index: uint16(i)}] = op
		}
	}
	for _, o := range s.bank.Execute(s.state, cut) {
		if op, ok := ops[o.Op]; ok && o.Why == nil {
			s.note(o, op)
		}
	}
	s.heads = slices.Clone(heads)
	return true
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
	v := View{Height: s.state.Height}
	for _, l := range s.locks {
		if l.Hash == hash {
			v.Locks = append(v.Locks, l)
		}
	}
	return v
}

// Balance is what somebody has, beside what is locked.
func (s *Side) Balance(of network.PublicKey) uint64 { return s.state.Balance(of) }

// Send is Ledger's: the replica has its update safe before it tells it (CAU-1), and its peers get it from its heads
// whenever they lack it (CAU-3).
func (s *Side) Send(d *causal.Deed) {
	op := d.Op()
	if s.sent[string(op.Value)] {
		return
	}
	s.sent[string(op.Value)] = true
	s.replica.Write([]causal.Op{op}, func(_ causal.ID, err error) {
		if err != nil {
			delete(s.sent, string(op.Value)) // nobody has heard of it
		}
	})
}
