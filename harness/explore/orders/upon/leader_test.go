package upon_test

import (
	"flag"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/gossip"
	"strata/harness/explore"
	"strata/harness/explore/orders/upon"
	"strata/harness/lab"
	"strata/ledgers"
	"strata/ledgers/leader"
	"strata/ledgers/validators"
	"strata/network"
	"strata/p2p"
	"strata/solutions"
)

// full has the budgets of the scenarios used up; `make electives` does.
var full = flag.Bool("full", false, "explore as many states as the scenarios of the electives allow for")

// fewStates is what else is explored: enough to see that it works.
const fewStates = 200

// The orders of a ledger are more than any budget: nothing fails in those that are looked at, and the coverage says how
// far it went, and that these are not all.
func TestElectives_WithinTheirBounds(t *testing.T) {
	for _, s := range upon.Electives(solutions.Electives()) {
		if !*full {
			s.Explore.States = fewStates
		}
		t.Run(s.Name, func(t *testing.T) {
			r := explore.Run(s, explore.Options{})
			require.False(t, r.Failed(), "%s\n%v", r.Result.String(), r.Schedule)
			t.Logf("%v, %d steps, %d callbacks", r.Coverage, r.Coverage.Steps, r.Events)
			if !r.Coverage.Complete {
				require.GreaterOrEqual(t, r.Coverage.States, s.Explore.States)
				require.Contains(t, r.Coverage.String(), "every order of the first ")
			}
		})
	}
}

// twisted tells of each final block another hash than the other members do.
type twisted struct{ leader.Leader }

func (l twisted) Start(w ledgers.Watcher) error { return l.Leader.Start(twist{w, l.Leader}) }

type twist struct {
	ledgers.Watcher
	ledger leader.Leader
}

func (w twist) Final(id ledgers.OpID, at ledgers.Digest) {
	if w.ledger.Standing().Acked[2] > 0 { // who hears of member 2's word first differs from order to order
		at.Hash[0] ^= 1
	}
	w.Watcher.Final(id, at)
}

// The check can fail.
func TestElectives_FindTwoBlocks(t *testing.T) {
	stack := solutions.Electives()
	made := stack.NewLeader
	stack.NewLeader = func(h network.Host, g gossip.Gossip, p p2p.P2P, cfg leader.Config) leader.Leader {
		return twisted{made(h, g, p, cfg)}
	}
	s := upon.Electives(stack)[0]
	s.Explore.States = fewStates
	r := explore.Run(s, explore.Options{})
	require.True(t, r.Failed())
	require.Equal(t, "LDR-3", r.Failure.Rule)
}

func TestElectives_Simulated(t *testing.T) {
	for _, s := range upon.Electives(solutions.Electives()) {
		for seed := range uint64(20) {
			r := lab.Run(s, lab.Options{Seed: seed})
			require.False(t, r.Failed(), r.String())
		}
	}
}

// forked tells of each decided block another hash than the other validators do, once a peer is further.
type forked struct{ validators.Validators }

func (f forked) Start(w ledgers.Watcher) error { return f.Validators.Start(fork{w, f.Validators}) }

type fork struct {
	ledgers.Watcher
	ledger validators.Validators
}

func (w fork) Final(id ledgers.OpID, at ledgers.Digest) {
	if c, err := w.ledger.Certified(at.Position); err == nil && c.By.Signed(3) { // whose precommit comes in time differs from order to order
		at.Hash[0] ^= 1
	}
	w.Watcher.Final(id, at)
}

// The check of validators can fail.
func TestElectives_FindTwoDecidedBlocks_VAL10(t *testing.T) {
	stack := solutions.Electives()
	made := stack.NewValidators
	stack.NewValidators = func(h network.Host, g gossip.Gossip, p p2p.P2P, cfg validators.Config) validators.Validators {
		return forked{made(h, g, p, cfg)}
	}
	for _, s := range upon.Electives(stack) {
		if s.Name == "validators/orders-decide" {
			s.Explore.States = fewStates
			r := explore.Run(s, explore.Options{})
			require.True(t, r.Failed())
			require.Equal(t, "VAL-10", r.Failure.Rule)
			return
		}
	}
	t.Fatal("there is no such scenario")
}
