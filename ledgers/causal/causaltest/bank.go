package causaltest

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"time"

	"strata/ledgers"
	"strata/ledgers/causal"
	"strata/network"
	"strata/scenario"
)

// banking is step causal.5: execute cuts.
func (s suite) banking() []scenario.Scenario {
	bank := func(name, title string, rules []string, setup func(t *till)) scenario.Scenario {
		return scenario.New(scenario.Scenario{
			Name: "causal/" + name, Title: title, Step: "causal.5", Rules: rules, For: second,
			Setup: func(w scenario.World) {
				w.Node(w.Addr(0), func(network.Host) {})
				w.At(second/2, w.Addr(0), "execute blocks", func() { setup(s.till(w)) })
			},
		})
	}
	return []scenario.Scenario{
		bank("transfers", "Transfers are executed by depth, then by hash; one that overspends is refused, and those after it are not.",
			[]string{"CAU-4", "CAU-8"}, (*till).transfers),
		bank("cut-any-order", "The updates of a cut, in any order, make one state.", []string{"CAU-8"}, (*till).anyOrder),
		bank("locks", "A lock is redeemed below its height and refunded from it on, once.", []string{"CAU-10"}, (*till).locked),
		bank("secrets", "A lock wants a secret of 32 bytes with its hash, whoever brings it.", []string{"CAU-10"}, (*till).secrets),
		bank("commitments", "Transfers that were committed to are executed before all else, when their time is over.", []string{"CAU-9"}, (*till).committed),
		scenario.New(scenario.Scenario{
			Name: "causal/blocks", Title: "Four replicas that execute the same cuts come to the same balances, a double spend included.",
			Step: "causal.5", Rules: []string{"CAU-8"}, For: 20 * second, Setup: s.blocks,
		}),
	}
}

// till is a bank with the state of a genesis: four people with 100 each.
type till struct {
	w       scenario.World
	bank    causal.Bank
	genesis causal.Genesis
	state   *causal.State
}

// person is the n-th of those who have something.
func person(n int) network.PublicKey { return network.PublicKey{1, byte(n)} }

func (s suite) till(w scenario.World) *till {
	t := &till{w: w, bank: s.stack.NewBank()}
	t.genesis = causal.Genesis{Document: "bank"}
	for i := range 4 {
		t.genesis.Accounts = append(t.genesis.Accounts, causal.Account{Key: person(i), Balance: 100})
	}
	t.state = t.genesis.State()
	return t
}

// does is an update of somebody with deeds. first is the first byte of its id.
func does(by int, depth uint64, first byte, deeds ...causal.Deed) causal.Delivered {
	u := causal.Delivered{ID: causal.ID{first, byte(by)}, Depth: depth, Author: person(by)}
	for _, d := range deeds {
		u.Ops = append(u.Ops, d.Op())
	}
	return u
}

// pay and its like are short for deeds.
func pay(to int, amount uint64) causal.Deed {
	return causal.Deed{Kind: causal.Transfer, To: person(to), Amount: amount}
}

func lock(to int, amount uint64, secret []byte, until uint64) causal.Deed {
	return causal.Deed{Kind: causal.Lock, To: person(to), Amount: amount, Hash: sha256.Sum256(secret), Until: until}
}

func redeem(u causal.Delivered, secret []byte) causal.Deed {
	return causal.Deed{Kind: causal.Redeem, Of: causal.ElementID{Update: u.ID}, Secret: secret}
}

func refund(u causal.Delivered) causal.Deed {
	return causal.Deed{Kind: causal.Refund, Of: causal.ElementID{Update: u.ID}}
}

// block executes the next block, and checks that nothing came from nowhere.
func (t *till) block(cut ...causal.Delivered) []causal.Outcome {
	before := t.state.Supply()
	outcomes := t.bank.Execute(t.state, cut)
	if after := t.state.Supply(); after > before {
		t.w.Fail(cau8First, "expected that no block makes money, got %d before and %d after block %d", before, after, t.state.Height)
	}
	return outcomes
}

// wants checks balances, in the order of the people.
func (t *till) wants(c scenario.Clause, when string, balances ...uint64) {
	for i, want := range balances {
		if got := t.state.Balance(person(i)); got != want {
			t.w.Fail(c, "expected %d for person %d %s, got %d", want, i, when, got)
		}
	}
}

// ends checks what became of the deeds of a block, in order: nil is executed.
func (t *till) ends(c scenario.Clause, when string, got []causal.Outcome, want ...error) {
	if len(got) != len(want) {
		t.w.Fail(c, "expected %d outcomes %s, got %d", len(want), when, len(got))
		return
	}
	for i, o := range got {
		if !errors.Is(o.Why, want[i]) || (o.Why == nil) != (want[i] == nil) {
			t.w.Fail(c, "expected that deed %d %s ends with %v, got %v", i, when, want[i], o.Why)
		}
	}
}

func (t *till) transfers() {
	deep, greater := does(0, 2, 1, pay(3, 60)), does(0, 1, 9, pay(2, 60))
	lesser := does(0, 1, 5, pay(1, 60), pay(1, 10))
	got := t.block(deep, greater, lesser)
	t.ends(cau8First, "of a block in which one spends 190 of 100", got, nil, nil, causal.ErrFunds, causal.ErrFunds)
	if len(got) == 4 && (got[0].Op != causal.ElementID{Update: lesser.ID} || got[1].Op.Index != 1 || got[2].Op.Update != greater.ID) {
		t.w.Fail(cau8Order, "expected the lesser depth first, then the lesser hash, then the lower index, got another order")
	}
	t.wants(cau8Order, "after the first of three that spend too much", 30, 170, 100, 100)
	t.ends(cau8First, "of a transfer of all there is, to oneself", t.block(does(0, 3, 1, pay(0, 30), pay(0, 31))), nil, causal.ErrFunds)
	t.ends(cau8First, "of what was received in the same block", t.block(does(0, 4, 1, pay(3, 30)), does(3, 5, 1, pay(2, 130))), nil, nil)
	t.wants(cau8First, "after three blocks", 0, 170, 230, 0)
	if t.state.Height != 3 {
		t.w.Fail(cau8Alike, "expected height 3 after three blocks, got %d", t.state.Height)
	}
	t.ends(cau8Alike, "of an empty block", t.block())
}

func (t *till) anyOrder() {
	rng := t.w.Rand()
	twin := t.genesis.State()
	var all []causal.Delivered
	for n := range 30 {
		depth := uint64(1 + rng.IntN(6))
		u := does(rng.IntN(4), depth, byte(n), pay(rng.IntN(4), uint64(1+rng.IntN(90))))
		u.Ops = append(u.Ops, set("title", "beside it"))
		if n%5 == 4 {
			u = does(rng.IntN(4), depth, byte(n), lock(rng.IntN(4), uint64(1+rng.IntN(20)), []byte{byte(n)}, uint64(rng.IntN(4))))
		}
		all = append(all, u)
	}
	for cut := range slices.Chunk(all, 10) {
		before := slices.Clone(cut)
		first := t.block(cut...)
		for i := range cut {
			if cut[i].ID != before[i].ID {
				t.w.Fail(cau8Alike, "expected that the list of updates stays as it was, got it changed")
			}
		}
		shuffled := slices.Clone(cut)
		rng.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		second := t.bank.Execute(twin, shuffled)
		if !slices.Equal(first, second) || t.state.Digest() != twin.Digest() {
			t.w.Fail(cau8Alike, "expected the same outcomes and balances of the same updates in another order, got others")
		}
	}
}

func (t *till) locked() {
	secret := make([]byte, 32)
	early, late := does(0, 1, 1, lock(1, 10, secret, 3)), does(0, 1, 2, lock(1, 20, secret, 3))
	t.ends(cau8First, "of two locks", t.block(early, late), nil, nil)
	t.wants(cau10Below, "while 30 are locked", 70, 100)
	t.ends(cau10Below, "of a refund and a redemption at height 2, below 3",
		t.block(does(0, 2, 1, refund(early)), does(1, 3, 1, redeem(early, secret))), causal.ErrHeight, nil)
	t.wants(cau10Below, "after one was redeemed", 70, 110)
	t.ends(cau10Below, "of a redemption and a refund at height 3",
		t.block(does(1, 4, 1, redeem(late, secret)), does(0, 5, 1, refund(late))), causal.ErrHeight, nil)
	t.wants(cau10Below, "after the other was refunded", 90, 110)
	t.ends(cau10Once, "of locks that have ended", t.block(does(0, 6, 1, refund(early), refund(late), redeem(early, secret))),
		causal.ErrNoLock, causal.ErrNoLock, causal.ErrNoLock)
	t.wants(cau10Once, "at the end", 90, 110)
	t.ends(cau8First, "of a lock of more than there is", t.block(does(0, 7, 1, lock(1, 91, secret, 9))), causal.ErrFunds)
	t.wants(cau8First, "after a lock of too much", 90, 110)
}

func (t *till) secrets() {
	secret := []byte("a secret that has thirty-two byt")
	good := does(0, 1, 1, lock(1, 10, secret, 9))
	short, long := does(0, 1, 2, lock(1, 10, secret[:31], 9)), does(0, 1, 3, lock(1, 10, append(slices.Clone(secret), 0), 9))
	t.ends(cau8First, "of three locks", t.block(good, short, long), nil, nil, nil)
	wrong := slices.Clone(secret)
	wrong[31] ^= 1
	t.ends(cau10Secret, "of secrets of another hash, of 31 and of 33 bytes", t.block(does(1, 2, 1,
		redeem(good, wrong), redeem(good, nil), redeem(short, secret[:31]), redeem(long, append(slices.Clone(secret), 0)))),
		causal.ErrSecret, causal.ErrSecret, causal.ErrSecret, causal.ErrSecret)
	t.wants(cau10Secret, "after wrong secrets", 70, 100)
	t.ends(cau10Secret, "of the right secret, brought by a third", t.block(does(2, 3, 1, redeem(good, secret))), nil)
	t.wants(cau10Secret, "after a redemption by a third: the recipient has it", 70, 110, 100)
}

// committed has one commit to a transfer, and another copy the commitment. One member makes a window of
// two blocks.
func (t *till) committed() {
	t.genesis.Members = make([]ledgers.Member, 1)
	t.state = t.genesis.State()
	salt := make([]byte, 32)
	hash := causal.Commitment(t.genesis.Root(), person(0), salt, person(1), 95)
	commit := causal.Deed{Kind: causal.Commit, Hash: hash}
	reveal := causal.Deed{Kind: causal.Reveal, To: person(1), Amount: 95, Secret: salt}
	t.ends(cau9Settled, "of a commitment and its copy", t.block(does(0, 1, 1, commit), does(2, 1, 2, commit)), nil, causal.ErrTaken)
	t.ends(cau9Settled, "of reveals by another and by its author", t.block(does(2, 2, 1, reveal), does(0, 2, 2, reveal, reveal)),
		causal.ErrNoPromise, nil, causal.ErrNoPromise)
	t.wants(cau9Settled, "while 10 are deposited", 90, 100, 100)
	t.block()
	t.ends(cau9Settled, "of what is settled, before a transfer of the same block", t.block(does(0, 1, 1, pay(3, 6))), nil, causal.ErrFunds)
	t.wants(cau9Settled, "after it was settled", 5, 195, 100, 100)
}

// blocks has four replicas write transfers, and a script say which cut is next: all that the first one has by then. Each
// executes it when it has all of it.
func (s suite) blocks(w scenario.World) {
	c := s.cluster(w, 4)
	for i := range 4 {
		c.genesis.Accounts = append(c.genesis.Accounts, causal.Account{Key: w.Key(w.Addr(i)), Balance: 50})
	}
	twin := &replica{cluster: c, number: 4, addr: w.Addr(4), listens: c.replicas[0].addr}
	w.Twin(c.replicas[0].addr, twin.addr, twin.boot)
	cuts := [][]causal.ID{{c.genesis.Root()}}
	states := make([]*causal.State, 4)
	pays := func(r *replica, to int, amount uint64) {
		d := causal.Deed{Kind: causal.Transfer, To: w.Key(w.Addr(to)), Amount: amount}
		r.causal.Write([]causal.Op{d.Op()}, func(causal.ID, error) {})
	}
	w.At(3*second, c.replicas[0].addr, "spend 40", func() { pays(c.replicas[0], 1, 40) })
	w.At(3*second, twin.addr, "spend the same 40", func() { pays(twin, 2, 40) })
	for n := range 12 {
		from := c.replicas[1+n%3]
		to, amount := w.Rand().IntN(4), uint64(1+w.Rand().IntN(40))
		w.At(4*second+time.Duration(n)*second/2, from.addr, "pay", func() { pays(from, to, amount) })
	}
	for n := range 4 {
		w.At(5*second+time.Duration(2*n)*second, c.replicas[0].addr, "make a block", func() {
			cuts = append(cuts, c.replicas[0].causal.Heads())
		})
	}
	behind := func(r *replica) error {
		state := c.genesis.State()
		for h := 1; h < len(cuts); h++ {
			cut, whole := r.causal.Cut(cuts[h], cuts[h-1])
			if !whole {
				return fmt.Errorf("expected that replica %d has all of the cut of block %d, got a part", r.number, h)
			}
			s.stack.NewBank().Execute(state, cut)
		}
		states[r.number] = state
		return nil
	}
	w.By(17*second, cau8Cut, func() error {
		if len(cuts) < 5 {
			return errors.New("expected four cuts, got fewer")
		}
		for _, r := range c.replicas {
			if err := behind(r); err != nil {
				return err
			}
		}
		return nil
	})
	w.AtEnd(cau8Alike, func() error {
		for i, state := range states {
			if state == nil || state.Digest() != states[0].Digest() || state.Supply() != 200 {
				return fmt.Errorf("expected one state of the same cuts, with 200 in all, got another at replica %d", i)
			}
		}
		return nil
	})
}
