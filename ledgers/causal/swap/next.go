package swap

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"strata/ledgers/causal"
	"strata/network"
)

// End is what became of a lock.
type End uint8

// The ends of a lock.
const (
	Open End = iota
	Redeemed
	Refunded
)

// ends are the names of ends.
var ends = [...]string{"open", "redeemed", "refunded"}

// String is the end's name.
func (e End) String() string { return ends[e] }

// ParseEnd reads what String makes.
func ParseEnd(text string) (End, error) {
	i := slices.Index(ends[:], text)
	if i < 0 {
		return Open, fmt.Errorf("%.40q is no end of a lock: want %s", text, strings.Join(ends[:], ", "))
	}
	return End(i), nil
}

// Lock is one that a block has made.
type Lock struct {
	ID causal.ElementID
	causal.Held
	End    End
	Secret [32]byte // of a redeemed one
}

// View is what a ledger shows of a swap: its height, and all locks with the swap's hash, in the order in which blocks
// made them.
type View struct {
	Height uint64
	Locks  []Lock
}

// of is the lock of a leg: one that is open, else the last; nil if there is none. A lock that differs from the leg in
// anything is not one.
func (v *View) of(t *Terms, l *Leg) (lock *Lock) {
	want := causal.Held{From: l.From, To: l.To, Amount: l.Amount, Hash: t.Hash, Until: l.Until}
	for i := range v.Locks {
		one := &v.Locks[i]
		if one.Held == want && (lock == nil || lock.End != Open) {
			lock = one
		}
	}
	return lock
}

// open says whether a lock is there and holds something.
func (l *Lock) open() bool { return l != nil && l.End == Open }

// Stage says how far a swap has come for a party.
type Stage uint8

// The stages.
const (
	Waiting   Stage = iota // for the other party, for a block, or for a lock to end
	Acting                 // something is to be sent now
	Untouched              // nothing of this party's is locked; what was sent may still be
	Swapped                // this party has the other's money
	Returned               // this party has its own back
)

// String names the stage.
func (s Stage) String() string {
	return [...]string{"waiting", "acting", "untouched", "swapped", "returned"}[s]
}

// Step is what a party has to do: which deed on which ledger, if any.
type Step struct {
	Stage Stage
	OnA   bool
	Deed  *causal.Deed // nil unless Acting
}

// Validate says what is wrong with a plan.
func (p *Plan) Validate() error {
	err := p.Terms.Validate()
	if p.Role != Initiator && p.Role != Responder {
		err = errors.Join(err, errors.New("swap: a party is the initiator or the responder"))
	}
	if p.Role == Initiator && network.Sum256(p.Secret[:]) != p.Terms.Hash {
		err = errors.Join(err, errors.New("swap: the hash is not that of the initiator's secret"))
	}
	return err
}

// Next is the step to take as both ledgers stand (CAU-10). It depends on nothing else, so that a party finds it again
// after a crash; taking it twice is taking it once, for Ledger.Send is so.
func (p *Plan) Next(a, b View) Step {
	if p.Role == Initiator {
		return p.initiate(&a, &b)
	}
	return p.respond(&a, &b)
}

// initiate is Next of the initiator. It shows the secret only while there is time to be paid for it.
func (p *Plan) initiate(a, b *View) Step {
	t := &p.Terms
	own, theirs := a.of(t, &t.A), b.of(t, &t.B)
	switch {
	case theirs.open() && t.inTime(b.Height):
		return Step{Acting, false, &causal.Deed{Kind: causal.Redeem, Of: theirs.ID, Secret: p.Secret[:]}}
	case own.open() && a.Height+1 >= t.A.Until:
		return Step{Acting, true, refund(own)}
	case theirs != nil && theirs.End == Redeemed:
		return Step{Stage: Swapped}
	case own == nil && t.apart(a.Height, b.Height) && t.inTime(b.Height):
		return Step{Acting, true, lock(t, &t.A)}
	}
	return rest(own)
}

// respond is Next of the responder. It locks after the initiator, and while there is time to learn the secret.
func (p *Plan) respond(a, b *View) Step {
	t := &p.Terms
	own, theirs := b.of(t, &t.B), a.of(t, &t.A)
	paid := own != nil && own.End == Redeemed
	switch {
	case paid && theirs.open() && a.Height+1 < t.A.Until:
		return Step{Acting, true, &causal.Deed{Kind: causal.Redeem, Of: theirs.ID, Secret: own.Secret[:]}}
	case own.open() && b.Height+1 >= t.B.Until:
		return Step{Acting, false, refund(own)}
	case theirs != nil && theirs.End == Redeemed:
		return Step{Stage: Swapped}
	case own == nil && theirs.open() && t.apart(a.Height, b.Height) && t.inTime(b.Height):
		return Step{Acting, false, lock(t, &t.B)}
	}
	return rest(own)
}

// rest is the step of a party that has nothing to do now.
func rest(own *Lock) Step {
	switch {
	case own == nil:
		return Step{Stage: Untouched}
	case own.End == Refunded:
		return Step{Stage: Returned}
	}
	return Step{Stage: Waiting}
}

// lock is the deed that makes the lock of a leg.
func lock(t *Terms, l *Leg) *causal.Deed {
	return &causal.Deed{Kind: causal.Lock, To: l.To, Amount: l.Amount, Hash: t.Hash, Until: l.Until}
}

// refund is the deed that gives a lock's money back.
func refund(l *Lock) *causal.Deed { return &causal.Deed{Kind: causal.Refund, Of: l.ID} }
