package swap_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/ledgers/causal"
	"strata/ledgers/causal/swap"
	"strata/network"
)

// got says what somebody has in the end: its own money, the other's.
func (w *world) got(number int) (own, other bool) {
	pays, paid := w.view(number), w.view(1-number)
	legs := [2]swap.Leg{w.terms.A, w.terms.B}
	return pays.Balance(keys[number]) == 100, paid.Balance(keys[number]) >= legs[1-number].Amount
}

// view is a ledger as somebody sees it who was never away.
func (w *world) view(ledger int) *standIn {
	c := w.chains[ledger]
	r := &replica{chain: c}
	side := newStandIn(c.genesis, network.PublicKey{}, r, r.cut)
	for _, n := range c.blocks[1:] {
		side.Block(heads(n))
	}
	return side
}

// fair checks that somebody ends with its own money or the other's, and that nothing of it stays locked.
func (w *world) fair(number int, what string) {
	own, other := w.got(number)
	require.True(w.t, own || other, "%s: party %d ends with neither its own money nor the other's", what, number)
	pays := [2]swap.Leg{w.terms.A, w.terms.B}[number].Amount
	require.GreaterOrEqual(w.t, w.view(number).Balance(keys[number]), 100-pays, "%s: party %d pays more than was agreed", what, number)
	for _, l := range w.view(number).View(w.terms.Hash).Locks {
		require.False(w.t, l.From == keys[number] && l.End == swap.Open, "%s: money of party %d stays locked", what, number)
	}
}

// both checks two honest ones: both have swapped, or neither. It says whether they have.
func (w *world) both(what string) (swapped bool) {
	w.fair(0, what)
	w.fair(1, what)
	_, one := w.got(0)
	_, other := w.got(1)
	require.Equal(w.t, one, other, "%s: one of two honest parties has swapped, and the other has not", what)
	return one
}

// away is less than half a margin: a party that is away so long in all loses nothing.
const away = margin/2 - time.Second

// Two honest parties swap.
func TestSwap_CAU10(t *testing.T) {
	for seed := range uint64(50) {
		w := newWorld(t, seed)
		w.join(0)
		w.join(1)
		w.run()
		require.True(t, w.both(fmt.Sprint("seed ", seed)))
		require.Equal(t, swap.Swapped, w.people[0].party.Look())
		require.Equal(t, swap.Swapped, w.people[1].party.Look())
	}
}

// Each party crashes behind each operation of its disk in turn, for almost half a margin: the swap comes to a fair end.
func TestSwap_ACrashBehindEachWrite_CAU10(t *testing.T) {
	for who := range 2 {
		for at, more := 1, true; more; at++ {
			w := newWorld(t, uint64(at))
			w.join(1 - who)
			p := w.join(who)
			p.budget, p.once, p.dies = away, away, func(op int) bool { return op == at }
			w.run()
			w.both(fmt.Sprintf("party %d crashes behind operation %d", who, at))
			more = p.budget == 0
			require.True(t, more || at > 10, "a party uses its disk more than ten times, got %d", at)
		}
	}
}

// A party that stays away longer may lose; the other does not.
func TestSwap_TooLongAwayHarmsNobodyElse_CAU10(t *testing.T) {
	for who := range 2 {
		for at := 1; at < 20; at++ {
			w := newWorld(t, uint64(at))
			w.join(1 - who)
			p := w.join(who)
			p.budget, p.once, p.dies = 10*margin, 10*margin, func(op int) bool { return op == at }
			w.run()
			w.fair(1-who, fmt.Sprintf("party %d is away for long behind operation %d", who, at))
		}
	}
}

// A thousand seeds with crashes behind any operations: with two honest parties, and with one that lies, is late, or does
// nothing.
func TestSwap_AThousandSeeds_CAU10(t *testing.T) {
	ends := map[string]int{}
	for seed := range uint64(1000) {
		w := newWorld(t, seed)
		w.terms.A.Until = 60 + uint64(w.rng.IntN([]int{25, 120}[w.rng.IntN(2)])) // which is too soon to be accepted, or not
		for i := range 2 {
			p := w.join(i)
			p.budget = away
			p.dies = func(int) bool { return w.rng.IntN(6) == 0 }
			w.after(w.between(0, 8*time.Minute), func() {
				if p.up && p.budget > 0 {
					p.crash()
				}
			})
		}
		kind := int(seed % 5)
		what := fmt.Sprintf("seed %d, kind %d", seed, kind)
		if kind < 2 {
			w.run()
			ends[fmt.Sprint("two honest ones have swapped: ", w.both(what))]++
			continue
		}
		bad := w.people[w.rng.IntN(2)]
		bad.worsen(kind)
		w.run()
		w.fair(1-bad.number, what)
		own, other := w.got(1 - bad.number)
		ends[fmt.Sprintf("beside kind %d: own %t, other's %t", kind, own, other)]++
	}
	t.Log(ends)
	for _, swapped := range []bool{true, false} {
		require.Greater(t, ends[fmt.Sprint("two honest ones have swapped: ", swapped)], 50, "some swaps come about, and some do not: %v", ends)
	}
	for _, kind := range []int{3, 4} {
		require.NotZero(t, ends[fmt.Sprintf("beside kind %d: own false, other's true", kind)], "some swap with a hostile party comes about: %v", ends)
		require.NotZero(t, ends[fmt.Sprintf("beside kind %d: own true, other's false", kind)], "some do not: %v", ends)
	}
}

// greedy runs a world in which a person is greedy in some way, and checks that the other loses nothing.
func greedy(t *testing.T, seed uint64, number int, g greed) {
	w := newWorld(t, seed)
	w.join(1 - number)
	bad := w.join(number)
	bad.looks, bad.act = 0, bad.grasp(g)
	w.run()
	w.fair(1-number, fmt.Sprintf("seed %d beside %+v", seed, g))
}

// A responder does not pay for a lock that is of less, ends sooner, is for somebody else, or has another hash.
func TestSwap_WrongLocks_CAU10(t *testing.T) {
	for slip := 1; slip <= 4; slip++ {
		for seed := range uint64(20) {
			greedy(t, seed, 0, greed{slip: slip, last: 3 + seed%4})
		}
	}
}

// A responder who locks as its lock is about to end does not learn the secret: it would take the other's money and have
// its own back.
func TestSwap_LateLocks_CAU10(t *testing.T) {
	for first := uint64(45); first < 60; first++ {
		for seed := range uint64(10) {
			greedy(t, seed, 1, greed{last: 4, first: first})
		}
	}
}

// worsen makes a person one of those beside whom an honest one loses nothing: 2 does nothing, 3 is late, 4 takes what it
// can get.
func (p *person) worsen(kind int) {
	p.budget, p.looks = 0, 0
	switch kind {
	case 2:
		p.act = func() {}
	case 3:
		p.looks = 1 + p.w.rng.IntN(20)
	case 4:
		g := greed{slip: p.w.rng.IntN(6), last: uint64(p.w.rng.IntN(4)) + 1, first: uint64(p.w.rng.IntN(70))}
		if p.w.rng.IntN(2) == 0 {
			g.first = 0
		}
		p.act = p.grasp(g)
	}
}

// greed says what is wrong with the lock of a greedy person, how many blocks before an end it acts, and the height at
// which it locks. Slips: 1 less, 2 sooner, 3 for somebody else, 4 another hash; 0 and 5 none.
type greed struct {
	slip        int
	last, first uint64
}

// grasp is what a greedy person does at each block: it locks, rightly or not; from the last moment on it redeems whatever
// it knows or has read a secret of, with that secret and with wrong ones, and asks for refunds too early.
func (p *person) grasp(g greed) func() {
	w, locked, tries := p.w, false, 0
	own, other := w.terms.A, w.terms.B
	if p.number == 1 {
		own, other = other, own
	}
	switch g.slip {
	case 1:
		own.Amount--
	case 2:
		own.Until -= uint64(p.w.rng.IntN(int(own.Until)))
	case 3:
		own.To = network.PublicKey{7}
	}
	hash := w.terms.Hash
	if g.slip == 4 {
		hash[0] ^= 1
	}
	send := func(ledger int, d *causal.Deed) {
		tries++
		body := causal.EncodeOps([]causal.Op{d.Op()})
		w.after(w.between(time.Millisecond, time.Second), func() { w.chains[ledger].accept(p.key, int64(tries), body) })
	}
	return func() {
		pays, paid := p.sides[p.number].View(hash), p.sides[1-p.number].View(w.terms.Hash)
		if !locked && pays.Height >= g.first && (p.number == 0 || len(paid.Locks) > 0) {
			locked = true
			send(p.number, &causal.Deed{Kind: causal.Lock, To: own.To, Amount: own.Amount, Hash: hash, Until: own.Until})
		}
		for _, l := range pays.Locks {
			if pays.Height+g.last >= l.Until {
				send(p.number, &causal.Deed{Kind: causal.Refund, Of: l.ID})
			}
		}
		secret, known := p.read()
		for _, l := range paid.Locks {
			if known && l.End == swap.Open && (p.number == 1 || paid.Height+g.last >= other.Until) {
				for _, s := range [][]byte{secret, secret[:31], append(secret[:32:32], 0)} {
					send(1-p.number, &causal.Deed{Kind: causal.Redeem, Of: l.ID, Secret: s})
				}
			}
		}
	}
}

// read is the secret: the initiator's own, or that in any update, also of no block yet.
func (p *person) read() (secret []byte, known bool) {
	if p.number == 0 {
		return p.w.secret[:], true
	}
	for _, c := range p.w.chains {
		for _, u := range c.updates {
			for _, op := range u.Ops {
				if d, err := causal.DecodeDeed(op.Value); err == nil && d.Kind == causal.Redeem && len(d.Secret) == 32 {
					return d.Secret, true
				}
			}
		}
	}
	return nil, false
}

// The heights of an offer leave time to begin: both lock as long as blocks come at most as fast as the terms say (CAU-10).
func TestHeights_LeaveTimeToBegin_CAU10(t *testing.T) {
	const fast, slow, margin, begin = 5 * time.Second, 10 * time.Second, 10 * time.Minute, 10 * time.Minute
	terms := swap.Terms{A: swap.Leg{Fast: fast, Slow: slow}, B: swap.Leg{Fast: fast, Slow: slow}, Margin: margin}
	terms.A.Until, terms.B.Until = swap.Heights(1000, 50, fast, slow, margin, begin)
	for n := range uint64(begin / fast) {
		require.True(t, terms.Begins(1000+n, 50+n), "%d blocks later", n)
	}
	require.False(t, terms.Begins(1000, terms.B.Until-swap.Inclusion), "too late to be paid")
	require.False(t, terms.Begins(terms.A.Until-1, 50), "too close to each other")
}
