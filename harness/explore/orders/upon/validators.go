package upon

import (
	"crypto/ed25519"
	"fmt"
	"time"

	"strata/harness/explore/orders"
	"strata/ledgers"
	"strata/ledgers/validators"
	"strata/ledgers/validators/validatorstest"
	"strata/network"
	"strata/scenario"
)

// validators lists the scenarios of elective 8, each of four validators, of which one may fail.
func (s members) validators() []scenario.Scenario {
	one := func(name, title string, budget scenario.Budget, setup func(w scenario.World)) scenario.Scenario {
		return scenario.New(scenario.Scenario{
			Name: "validators/orders-" + name, Step: "validators.3", Rules: []string{"VAL-10"}, For: validatorsEnd,
			Title: title, Explore: budget, Provided: true, Setup: setup,
		})
	}
	return []scenario.Scenario{
		one("decide", "Four validators decide a payment, in every order: no height has two blocks.",
			scenario.Budget{States: 6000, From: orders.Ready, Early: 1, Apart: true}, s.payment),
		one("crash", "A validator crashes while four decide, in every order: no height has two blocks.",
			scenario.Budget{States: 6000, From: orders.Ready, Crashes: 1, Apart: true}, s.payment),
	}
}

// validatorsEnd is time enough for a round that comes to nothing, and one that does not.
const validatorsEnd = orders.Ready + 2500*time.Millisecond

// elected is one validator. What is in it, its own node alone touches; the checks look at all four.
type elected struct {
	ledger validators.Validators
	final  map[uint64]validators.Hash // in this life
}

// Final is ledgers.Watcher's: it notes the block.
func (e *elected) Final(_ ledgers.OpID, at ledgers.Digest) { e.final[at.Position] = at.Hash }

// Undone is never called: what is decided is for good.
func (e *elected) Undone(ledgers.OpID) {}

// Refused is of no interest here: there is one payment, and nobody else has its nonce.
func (e *elected) Refused(ledgers.OpID, error) {}

// Blamed is never called: all four are correct.
func (e *elected) Blamed(network.Addr, error) {}

// payment has an owner pay at two of four validators at once: one of them proposes. The other three have to hear of the
// proposal before or after each other's votes, and of the payment before or after both, which is what the orders
// are about. With equal stakes three of the four are a quorum, so that one may be late, or crash.
func (s members) payment(w scenario.World) {
	genesis := validators.Genesis{Params: validators.Defaults()}
	for i := range 4 {
		m := ledgers.Member{Key: w.Key(w.Addr(i)), Addr: w.Addr(i)}
		genesis.Founders = append(genesis.Founders, validators.Founder{Member: m, Account: m.Key, Stake: 10_000})
	}
	payer := network.PublicKey(owner(0).Public().(ed25519.PublicKey))
	genesis.Holders = []validators.Holder{{Account: payer, Balance: 100}}
	// The payer pays itself: all that is left of it is the fee, and the nonce.
	tx := &validators.Transaction{Nonce: 1, Fee: 1, Kind: validators.Transfer, To: payer, Amount: 1}
	tx.Sign(genesis.Chain(), owner(0))
	all := make([]*elected, 4)
	for i := range all {
		e := &elected{}
		all[i] = e
		w.Node(w.Addr(i), func(h network.Host) { s.bootValidator(e, w, h, i, genesis) })
		w.Show(w.Addr(i), func() string {
			at := e.ledger.Standing()
			return fmt.Sprintf("decided %d, round %d, %v", at.Height, at.Round, at.Step)
		})
		// The first of the set proposes; whoever is second may have work before it hears of the proposal.
		if i < 2 {
			w.At(orders.Ready, w.Addr(i), "submits a payment", func() { _, _ = e.ledger.Submit(tx.Encode()) })
		}
	}
	// A validator that comes back decides its heights again from its disk, so that its last life is enough to look at.
	w.Always(validatorstest.VAL10Never, func() error {
		final := map[uint64]validators.Hash{}
		for _, e := range all {
			for height, hash := range e.final {
				if other, ok := final[height]; ok && other != hash {
					return fmt.Errorf("expected one decided block of height %d, got two", height)
				}
				final[height] = hash
			}
		}
		return nil
	})
}

// bootValidator founds a validator's disk at its first boot, and starts it.
func (s members) bootValidator(e *elected, w scenario.World, h network.Host, number int, genesis validators.Genesis) {
	e.final = map[uint64]validators.Hash{}
	peers := orders.Peers(s.stack.Stack, h, w.Addr(number), orders.Before(w, number)...)
	// No block is made but of the payment: an idle chain would never end, and neither would its orders.
	cfg := validators.Config{Genesis: genesis, EmptyInterval: time.Hour}
	e.ledger = s.stack.NewValidators(h, mesh{peers}, peers, scenario.Complete(cfg))
	start := func(err error) {
		scenario.Must(err)
		scenario.Must(e.ledger.Start(e))
	}
	if len(h.Disk().Names()) > 0 {
		start(nil)
		return
	}
	ledgers.Found(h.Disk(), genesis.Chain(), h.Identity().Key(), start)
}
