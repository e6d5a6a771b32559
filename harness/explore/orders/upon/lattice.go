package upon

import (
	"crypto/ed25519"
	"fmt"
	"time"

	"strata/harness/explore/orders"
	"strata/ledgers"
	"strata/ledgers/lattice"
	"strata/ledgers/lattice/latticetest"
	"strata/network"
	"strata/scenario"
)

// lattices lists the scenarios of elective 9.
func (s members) lattices() []scenario.Scenario {
	one := func(name, title string, budget scenario.Budget, setup func(w scenario.World)) scenario.Scenario {
		return scenario.New(scenario.Scenario{
			Name: "lattice/orders-" + name, Step: "lattice.4", Rules: []string{"LAT-7"}, For: latticeEnd,
			Title: title, Explore: budget, Provided: true, Setup: setup,
		})
	}
	return []scenario.Scenario{
		one("fork", "Three representatives vote on a fork, in every order: no place has two cemented blocks.",
			scenario.Budget{States: 6000, From: orders.Ready, Early: 1, Apart: true}, s.forked),
		one("crash", "A representative crashes while all vote on a fork, in every order: no place has two winners.",
			scenario.Budget{States: 6000, From: orders.Ready, Crashes: 1, Apart: true}, s.forked),
	}
}

// latticeEnd is time enough to vote, to move after a second, and to vote for good.
const latticeEnd = orders.Ready + 2*time.Second

// teller is one representative. What is in it, its own node alone touches; the checks look at all three.
type teller struct {
	ledger lattice.Lattice
	final  map[lattice.Root]lattice.Hash // in this life
}

// Final is ledgers.Watcher's: it notes the block.
func (t *teller) Final(id ledgers.OpID, _ ledgers.Digest) {
	t.final[t.ledger.Book().Block(lattice.Hash(id)).Root()] = lattice.Hash(id)
}

// Undone is never called: what is cemented is for good.
func (t *teller) Undone(ledgers.OpID) {}

// Refused is of no interest here: what counts is the blocks that two of them have cemented.
func (t *teller) Refused(ledgers.OpID, error) {}

// Blamed is never called: all three are correct.
func (t *teller) Blamed(network.Addr, error) {}

// owner is the key of the n-th account of genesis.
func owner(n int) ed25519.PrivateKey {
	seed := make([]byte, ed25519.SeedSize)
	seed[0] = byte(1 + n)
	return ed25519.NewKeyFromSeed(seed)
}

// forked has three representatives, of which the first two are a quorum. An owner tells these one block, and the third
// another.
func (s members) forked(w scenario.World) {
	genesis := lattice.Genesis{Least: lattice.Whole, Send: 1, Receive: 1}
	for i, stake := range []uint64{1000, 1000, 900} {
		genesis.Accounts = append(genesis.Accounts, lattice.Opening{
			Account: lattice.Account(owner(i).Public().(ed25519.PublicKey)), Balance: lattice.Raw(stake),
			Representative: w.Key(w.Addr(i)),
		})
	}
	all := make([]*teller, 3)
	for i := range all {
		// Each has one of the two at once, so that the first votes cross on their way. The third has to move, which it
		// may do after a second: that is why the run goes on for two.
		t := &teller{}
		all[i] = t
		w.Node(w.Addr(i), func(h network.Host) { s.bootLattice(t, w, h, i, genesis) })
		w.Show(w.Addr(i), func() string { return fmt.Sprintf("%d cemented", t.ledger.Digest().Position) })
		b := fork(&genesis, i/2)
		w.At(orders.Ready, w.Addr(i), "submits one of two", func() { _, _ = t.ledger.Submit(b.Encode()) })
	}
	// What a node forgets in a crash it cements again, so that its last life is enough to look at.
	w.Always(latticetest.LAT7Good, func() error {
		final := map[lattice.Root]lattice.Hash{}
		for _, t := range all {
			for root, hash := range t.final {
				if other, ok := final[root]; ok && other != hash {
					return fmt.Errorf("expected one cemented block in a place, got two")
				}
				final[root] = hash
			}
		}
		return nil
	})
}

// bootLattice founds a representative's disk at its first boot, and starts it.
func (s members) bootLattice(t *teller, w scenario.World, h network.Host, number int, genesis lattice.Genesis) {
	t.final = map[lattice.Root]lattice.Hash{}
	peers := orders.Peers(s.stack.Stack, h, w.Addr(number), orders.Before(w, number)...)
	t.ledger = s.stack.NewLattice(h, mesh{peers}, peers, scenario.Complete(lattice.Config{Genesis: genesis}))
	start := func(err error) {
		scenario.Must(err)
		scenario.Must(t.ledger.Start(t))
	}
	if len(h.Disk().Names()) > 0 {
		start(nil)
		return
	}
	ledgers.Found(h.Disk(), genesis.Chain(), h.Identity().Key(), start)
}

// fork is one of the blocks that the first account's owner signs for one place.
func fork(g *lattice.Genesis, which int) *lattice.Block {
	open := g.Blocks()[0]
	b := &lattice.Block{
		Account: open.Account, Previous: open.Hash(g.Chain()), Representative: open.Representative,
		Balance: lattice.Raw(uint64(900 - which)), Link: g.Accounts[1].Account,
	}
	// Genesis asks for next to no work: an explorer makes the block again in each run.
	b.Work, _ = lattice.FindWork(b.Hash(g.Chain()), 1, 0, 100)
	b.Sign(g.Chain(), owner(0))
	return b
}
