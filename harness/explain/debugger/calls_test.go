package debugger_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"strata/chain"
	"strata/harness/course/suites"
	"strata/harness/explain/debugger"
	"strata/harness/lab"
	"strata/mempool"
	"strata/solutions"
)

// strange is our executor, but for payments to oneself: those it refuses, or it panics.
type strange struct {
	chain.Executor
	panics bool
}

func (s strange) Execute(state *chain.State, tx mempool.Transaction) error {
	switch {
	case tx.Sender != tx.Recipient:
		return s.Executor.Execute(state, tx)
	case s.panics:
		panic("paid itself")
	}
	return chain.ErrBadBalance
}

// stopped is a console at the end of a run in which an executor is strange.
func stopped(t *testing.T, panics bool) *debugger.Console {
	stack := solutions.Stack()
	ours := stack.NewExecutor
	stack.NewExecutor = func(cfg chain.Config) chain.Executor { return strange{ours(cfg), panics} }
	probes := &debugger.Probes{}
	s := find(t, suites.All(probes.Stack(stack)), "chain/payments-add-up")
	run, err := debugger.Simulated(s, lab.Options{Seed: 1}, probes)
	require.NoError(t, err)
	console := debugger.New(s.Name, "", run)
	console.Do("run violation")
	return console
}

// Whoever steps to a failure of layer 6 sees the accounts, the call and the answer, and the calls before.
func TestConsole_ShowsAccountsAndCalls_D2(t *testing.T) {
	console := stopped(t, false)
	text, _ := console.Do("inspect")
	require.Contains(t, text, "    given   after block 0, 04e3ee4f..: C has 50 (nonce 2)\n"+
		"    call    Execute: C pays C 25, nonce 2\n    answer  refused: balance is not sufficient\n", text)
	text, _ = console.Do("calls 1")
	require.Contains(t, text, "10.0.0.1  Execute: C pays C 25, nonce 2: refused: balance is not sufficient")
	text, _ = console.Do("list")
	require.Contains(t, text, "inspect shows pools and accounts, calls what came before")
}

// A call that panics has no answer, and shows.
func TestConsole_ShowsTheCallThatPanics_D2(t *testing.T) {
	text, _ := stopped(t, true).Do("calls 1")
	require.Contains(t, text, "Execute: C pays C 25, nonce 2: it does not return")
}
