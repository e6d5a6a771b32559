package swap

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"strata/ledgers"
	"strata/ledgers/causal"
	"strata/network"
)

// Leg is what one party pays the other on one ledger.
type Leg struct {
	From, To network.PublicKey // their keys on that ledger
	Amount   uint64
	Until    uint64        // the height from which it is refunded, and not redeemed
	Fast     time.Duration // the shortest time between two blocks
	Slow     time.Duration // the longest time between two blocks that both reckon with
}

// Terms are what two parties have agreed on.
type Terms struct {
	Hash   [32]byte      // SHA-256 of the secret, which has 32 bytes
	A      Leg           // the initiator pays the responder
	B      Leg           // the responder pays the initiator
	Margin time.Duration // lies between the ends of the two locks at least
}

// Validate says everything that no two parties can agree on.
func (t *Terms) Validate() error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf("swap: "+format, args...)) }
	for _, leg := range []struct {
		name string
		*Leg
	}{{"A", &t.A}, {"B", &t.B}} {
		if leg.Amount == 0 || leg.Amount >= causal.MaxSupply {
			fault("leg %s: an amount of %d, want 1 or more, below 2^62", leg.name, leg.Amount)
		}
		if leg.From == leg.To {
			fault("leg %s: who pays is paid", leg.name)
		}
		if leg.Fast <= 0 || leg.Slow < leg.Fast || leg.Slow > maxBlock {
			fault("leg %s: blocks come after %v to %v, want more than 0, the shortest first, at most %v", leg.name, leg.Fast, leg.Slow, maxBlock)
		}
		if leg.Until > maxHeight {
			fault("leg %s: a lock until height %d, want at most %d", leg.name, leg.Until, uint64(maxHeight))
		}
	}
	if t.Margin <= 0 || t.Margin > maxMargin {
		fault("a margin of %v, want more than 0, at most %v", t.Margin, maxMargin)
	}
	return errors.Join(faults...)
}

// Limits of terms, so that no product of them overflows.
const (
	maxBlock  = 24 * time.Hour
	maxMargin = 365 * maxBlock
	maxHeight = 1 << 40
	maxLeft   = 100_000 // blocks; more are reckoned as so many
)

// within is how long a number of blocks takes from a height on, if each takes so long; 0 if that height is reached.
func within(until, height uint64, each time.Duration) time.Duration {
	if until <= height {
		return 0
	}
	return time.Duration(min(until-height, maxLeft)) * each
}

// apart says whether A's lock surely ends a margin after B's, as the ledgers stand: A as early as it can, B as late.
func (t *Terms) apart(a, b uint64) bool {
	return within(t.A.Until, a, t.A.Fast) >= within(t.B.Until, b, t.B.Slow)+t.Margin
}

// Begins says whether a careful party still locks, as the ledgers stand.
func (t *Terms) Begins(a, b uint64) bool { return t.apart(a, b) && t.inTime(b) }

// Heights are those until which the locks of a swap may stand that both lock within the time of begin: of A and of B,
// which have these heights now. Blocks of both come after fast to slow; margin is that of the terms.
func Heights(a, b uint64, fast, slow, margin, begin time.Duration) (untilA, untilB uint64) {
	blocks := func(d time.Duration) uint64 { return uint64((d + fast - 1) / max(fast, 1)) }
	left := 3*Inclusion + blocks(begin) + blocks(margin/2)
	return a + blocks(time.Duration(min(left, maxLeft))*slow+margin) + 2*Inclusion, b + left
}

// Inclusion is how many blocks a deed may take to be in one, with those that are under way when it is sent.
const Inclusion = 4

// inTime says whether what is sent at that height of B can be final half a margin before its lock ends.
func (t *Terms) inTime(b uint64) bool {
	return within(t.B.Until, b+Inclusion, t.B.Fast) >= t.Margin/2
}

// Role says which of the two a party is.
type Role uint8

// The roles.
const (
	Initiator Role = iota + 1 // has the secret, and pays on A
	Responder                 // pays on B
)

// Plan is what a party has to remember: nothing else of a swap is on its disk.
type Plan struct {
	Role   Role
	Terms  Terms
	Secret [32]byte // the initiator's; the responder's is zero
}

// encode is role u8 | hash 32 | two legs | margin u64 | secret 32. A leg: from 32 | to 32 | amount u64 | until u64 |
// fast u64 | slow u64. Times are nanoseconds.
func (p *Plan) encode() []byte {
	b := append([]byte{byte(p.Role)}, p.Terms.Hash[:]...)
	for _, l := range []*Leg{&p.Terms.A, &p.Terms.B} {
		b = append(append(b, l.From[:]...), l.To[:]...)
		for _, n := range []uint64{l.Amount, l.Until, uint64(l.Fast), uint64(l.Slow)} {
			b = binary.BigEndian.AppendUint64(b, n)
		}
	}
	b = binary.BigEndian.AppendUint64(b, uint64(p.Terms.Margin))
	return append(b, p.Secret[:]...)
}

// decode reads what encode makes.
func decode(b []byte) (*Plan, error) {
	d, p := ledgers.NewDecoder(b), &Plan{}
	p.Role = Role(d.Uint8())
	d.Into(p.Terms.Hash[:])
	for _, l := range []*Leg{&p.Terms.A, &p.Terms.B} {
		d.Into(l.From[:])
		d.Into(l.To[:])
		l.Amount, l.Until = d.Uint64(), d.Uint64()
		l.Fast, l.Slow = time.Duration(d.Uint64()), time.Duration(d.Uint64())
	}
	p.Terms.Margin = time.Duration(d.Uint64())
	d.Into(p.Secret[:])
	if err := d.Err(); err != nil {
		return nil, err
	}
	return p, p.Validate()
}
