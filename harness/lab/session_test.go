package lab_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/course/suites"
	"strata/harness/lab"
	"strata/scenario"
	"strata/solutions"
)

func suite(t *testing.T, name string) scenario.Scenario {
	all := suites.All(solutions.Stack())
	i := slices.IndexFunc(all, func(s scenario.Scenario) bool { return s.Name == name })
	require.GreaterOrEqual(t, i, 0, name)
	return all[i]
}

// TestSession_IsTheRun: taken event by event a run is the same, also one by priorities.
func TestSession_IsTheRun(t *testing.T) {
	ordered := 0
	for _, name := range []string{"network/random-pieces", "messaging/faults", "p2p/whole", "gossip/once",
		"gossip/faults", "stack/restart"} {
		all := suites.All(solutions.Stack())
		i := slices.IndexFunc(all, func(s scenario.Scenario) bool { return s.Name == name })
		if i < 0 {
			continue
		}
		for seed := range uint64(4) {
			whole := lab.Run(all[i], lab.Options{Seed: seed})
			d, err := lab.NewSession(all[i], lab.Options{Seed: seed})
			require.NoError(t, err)
			for len(d.Ready()) > 0 {
				d.Choose(0)
			}
			r := d.Result()
			require.Equal(t, whole.Hash, r.Hash, "%s/%d", name, seed)
			require.Equal(t, whole.Failed(), r.Failed(), r.String())
			ordered += whole.Injected[lab.KeyOrder]
		}
	}
	require.Positive(t, ordered)
}

// TestSession_PicksReplay: with what was chosen by hand a run can be run again, taken back and branched.
func TestSession_PicksReplay(t *testing.T) {
	s := suite(t, "gossip/once")
	d, err := lab.NewSession(s, lab.Options{Seed: 3})
	require.NoError(t, err)
	for n := 0; len(d.Ready()) > 0; n++ {
		d.Choose(n % 7 % min(len(d.Ready()), 3))
	}
	first, picks := d.Result(), d.Picks()
	require.NotEmpty(t, picks)
	text := picks.String()
	parsed, err := lab.ParsePicks(text)
	require.NoError(t, err)
	again := lab.Run(s, lab.Options{Seed: 3, Picks: parsed})
	require.Equal(t, first.Hash, again.Hash)
	require.NotEqual(t, lab.Run(s, lab.Options{Seed: 3}).Hash, again.Hash)

	require.NoError(t, d.Back(40))
	at := d.Done()
	require.NoError(t, d.Back(0))
	require.Equal(t, at, d.Done())
	for len(d.Ready()) > 0 {
		d.Choose(0)
	}
	require.NotEqual(t, first.Hash, d.Result().Hash, "another branch")
}

func TestParsePicks_SaysWhatIsWrong(t *testing.T) {
	for _, text := range []string{"7", "x:1", "1:x", "0:1", "3:-1"} {
		_, err := lab.ParsePicks(text)
		require.ErrorContains(t, err, `is not EVENT:NUMBER`, text)
	}
}
