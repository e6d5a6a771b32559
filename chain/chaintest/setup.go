package chaintest

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"strata/chain"
	"strata/mempool"
	"strata/mempool/mempooltest"
	"strata/network"
	"strata/scenario"
)

// test is what one scenario works with. An executor needs no network: a scenario is one item of
// work on one node. Params are drawn, unless the scenario needs its own.
type test struct {
	world    scenario.World
	rand     *rand.Rand
	params   chain.Params
	newOne   chain.New
	verifier mempool.Verifier
	executor chain.Executor
}

// test makes the Setup of a function that does everything in one go.
func (s suite) test(do func(t *test)) func(w scenario.World) {
	return func(w scenario.World) {
		t := &test{world: w, newOne: s.stack.NewExecutor, verifier: s.stack.Verifier,
			rand: rand.New(rand.NewPCG(w.Rand().Uint64(), 6))}
		if t.verifier == nil {
			t.verifier = mempool.ZIP215{}
		}
		w.Node(w.Addr(0), func(network.Host) {})
		w.At(time.Millisecond, w.Addr(0), "asks the executor", func() {
			reward, most := 50+t.rand.Uint64N(50), 2+t.rand.IntN(4)
			t.with(chain.Params{Difficulty: 1, BlockReward: reward, MaxTransactions: most})
			do(t)
		})
	}
}

// with goes on with an executor of other params.
func (t *test) with(p chain.Params) {
	t.params, t.executor = p, t.newOne(chain.Config{Params: p, Verifier: t.verifier})
}

// execute executes one transaction on a fork of the state, and absorbs it if it is valid. The state of an
// executor that has refused is undefined (CHN-9), so that it is thrown away.
func (t *test) execute(state *chain.State, tx mempool.Transaction) error {
	fork := state.Fork()
	if err := t.executor.Execute(fork, tx); err != nil {
		return err
	}
	state.Absorb(fork)
	return nil
}

// apply applies the block on a fork of s, and absorbs it if it is valid.
func (t *test) apply(state *chain.State, b chain.Block) error {
	fork := state.Fork()
	if err := t.executor.Apply(fork, chain.Seal(b)); err != nil {
		return err
	}
	state.Absorb(fork)
	return nil
}

// wants fails the run unless err is as expected: nil for no rules, otherwise an error that wraps
// the sentinel of one of these rules and no other. what is what was executed, such as "a block
// without a parent".
func (t *test) wants(c scenario.Clause, what string, rules []error, err error) bool {
	found := scenario.Carried(err, sentinels...)
	if len(rules) == 0 && err == nil || len(found) == 1 && slices.Contains(rules, found[0]) {
		return true
	}
	expected := "valid"
	if len(rules) > 0 {
		expected = "refused: " + strings.ReplaceAll(errors.Join(rules...).Error(), "\n", ", or ")
	}
	got := "valid"
	if err != nil {
		got = fmt.Sprintf("refused: %v", err)
	}
	if err != nil && len(found) != 1 {
		got += fmt.Sprintf(" (an error that wraps %d of those that package chain declares)", len(found))
	}
	t.world.Fail(c, "expected %s to be %s; got %s", what, expected, got)
	return false
}

// same fails the run unless the state is what the ledger says, for every account that either knows.
func (t *test) same(c scenario.Clause, after string, books *ledger, state *chain.State) bool {
	if err := books.differs(state); err != nil {
		t.world.Fail(c, "after %s: %v", after, err)
		return false
	}
	return true
}

// sentinels are the errors by which a caller knows which rule broke. A verdict carries exactly one of them.
var sentinels = []error{
	chain.ErrNumber, chain.ErrParent, chain.ErrProofOfWork, chain.ErrTooManyTransactions,
	chain.ErrBadSignature, chain.ErrBadNonce, chain.ErrBadBalance, chain.ErrOverflow,
}

// named is how many accounts are looked at even if nobody has paid them.
const named = 6

// describe says what a transaction does.
func describe(tx mempool.Transaction) string {
	return fmt.Sprintf("%s pays %d to %s with nonce %d", mempooltest.NameOf(tx.Sender), tx.Amount,
		mempooltest.NameOf(tx.Recipient), tx.Nonce)
}

// sorted are the keys of a set in ascending order, so that the first difference is always the same one.
func sorted(set map[mempool.PublicKey]bool) []mempool.PublicKey {
	return slices.SortedFunc(maps.Keys(set), func(a, b mempool.PublicKey) int { return bytes.Compare(a[:], b[:]) })
}
