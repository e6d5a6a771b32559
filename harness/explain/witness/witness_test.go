package witness_test

import (
	"errors"
	"go/format"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/chain"
	"strata/harness/course/steps"
	"strata/harness/course/suites"
	"strata/harness/explain/witness"
	"strata/harness/lab"
	"strata/harness/sim"
	"strata/mempool"
	"strata/network"
	"strata/scenario"
	"strata/solutions"
)

// watch runs a scenario on a stack, with a witness.
func watch(t *testing.T, stack chain.Stack, name string, seed uint64, tell func(sim.TraceEvent)) (lab.Result, witness.Seen) {
	t.Helper()
	stack.Verifier = lab.Verdicts
	w := witness.New(steps.LayerOf(find(t, suites.All(stack), name).Step), solutions.Stack())
	w.Tell = tell
	r := lab.Run(find(t, suites.All(w.Stack(stack)), name), lab.Options{Seed: seed})
	return r, w.Seen("of "+name, "it broke")
}

func find(t *testing.T, all []scenario.Scenario, name string) scenario.Scenario {
	t.Helper()
	i := slices.IndexFunc(all, func(s scenario.Scenario) bool { return s.Name == name })
	require.GreaterOrEqual(t, i, 0, name)
	return all[i]
}

// A run that is watched is the run that is graded, and ours answers as ours do.
func TestWitness_ChangesNothing(t *testing.T) {
	plain := suites.All(solutions.Stack())
	for _, s := range plain {
		if s.Explore.States > 0 || s.Step == "" {
			continue
		}
		for seed := range uint64(2) {
			r, seen := watch(t, solutions.Stack(), s.Name, seed, func(sim.TraceEvent) {})
			require.Equal(t, lab.Run(s, lab.Options{Seed: seed}).Hash, r.Hash, s.Name)
			require.Nil(t, seen.Case, s.Name)
		}
	}
}

// A scenario's own settings are told, those of the graded layer first; defaults and addresses are not.
func TestWitness_Settings(t *testing.T) {
	for name, want := range map[string][]string{
		"network/longest-message": {"MaxFrame 3000"},
		"network/one-frame":       nil,
		"messaging/ids-wrap":      {"MaxID 3", "network MaxFrame 10000"},
	} {
		_, seen := watch(t, solutions.Stack(), name, 1, nil)
		require.Equal(t, want, seen.Settings, name)
	}
}

// What a layer tells is told for the graded layer alone; why it closes, for all.
func TestWitness_Tells(t *testing.T) {
	var told []string
	watch(t, solutions.Stack(), "network/too-big", 1, func(e sim.TraceEvent) { told = append(told, e.Kind.String()+" "+e.Text) })
	require.Contains(t, told, "reason network: frame too big: a header announces 1001 bytes")
	require.True(t, slices.ContainsFunc(told, func(text string) bool { return strings.HasPrefix(text, "tell connected: ") }))
	told = nil
	watch(t, solutions.Stack(), "gossip/once", 1, func(e sim.TraceEvent) { told = append(told, e.Text) })
	require.NotEmpty(t, told)
	for _, text := range told {
		require.Contains(t, text, "handler of ")
	}
}

// rude is an error that panics when it is asked for its text, and long is too long, and has what a terminal obeys.
type rude struct{}

func (rude) Error() string { panic("no") }

// closes is a network that says why it ends, whatever the student's error does.
type closes struct {
	network.Network
	why error
}

func (c closes) Start(h network.Handler) error {
	if err := c.Network.Start(h); err != nil {
		return err
	}
	h.Connected(7, network.Ours)
	h.Disconnected(7, network.Ours, c.why)
	return nil
}

func TestWitness_ReasonsAreBounded(t *testing.T) {
	for want, why := range map[string]error{
		"an error that panics when it is asked for its text": rude{},
		`two\nlines \x1b[31m`:                                errors.New("two\nlines \x1b[31m"),
		strings.Repeat("x", 160) + "..":                      errors.New(strings.Repeat("x", 5000)),
	} {
		stack := solutions.Stack()
		ours := stack.NewNetwork
		stack.NewNetwork = func(h network.Host, cfg network.Config) network.Network { return closes{ours(h, cfg), why} }
		var told []string
		watch(t, stack, "network/one-frame", 1, func(e sim.TraceEvent) {
			if e.Kind == sim.TraceReason {
				told = append(told, e.Text)
			}
		})
		require.NotEmpty(t, told)
		require.Equal(t, want, told[0])
	}
}

// generous takes whatever is executed.
type generous struct{ chain.Executor }

func (g generous) Execute(s *chain.State, tx mempool.Transaction) error {
	_ = g.Executor.Execute(s, tx)
	return nil
}

// The first call that is not answered as ours answers it is told with all that it depends on, and as a test.
func TestWitness_Case(t *testing.T) {
	stack := solutions.Stack()
	ours := stack.NewExecutor
	stack.NewExecutor = func(cfg chain.Config) chain.Executor { return generous{ours(cfg)} }
	r, seen := watch(t, stack, "chain/balance-exact", 1, nil)
	require.True(t, r.Failed())
	require.NotNil(t, seen.Case)
	require.Regexp(t, `^after block 0, 04e3ee4f\.\.: A has \d+ \(nonce \d\), B has 0 \(nonce 0\)$`, seen.Case.Given[0])
	require.Regexp(t, `^Execute: A pays B \d+, nonce \d$`, seen.Case.Call)
	require.Equal(t, "valid; no account changed", seen.Case.Yours)
	require.Contains(t, seen.Case.Ours, "refused: balance is not sufficient")
	require.Contains(t, seen.Case.Test, "// TestFound is of chain/balance-exact\n// it broke\nfunc TestFound(")
	require.Contains(t, seen.Case.Test, "require.Equal(t, []error{chain.ErrBadBalance}, chaintest.Reasons(err)")
	_, err := format.Source([]byte(seen.Case.Test))
	require.NoError(t, err, "whoever shows it can format it")
}
