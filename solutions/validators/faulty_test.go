package validators_test

import (
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/lab"
	"strata/ledgers/validators/validatorstest"
)

// full runs as many seeds as the elective promises; `make electives` does. That takes some four minutes of processor time.
var full = flag.Bool("full", false, "run validators with up to a third faulty with 1,000 seeds, not with a few")

// Of validators with up to a third faulty no two certify different blocks of one height, and all is decided after the faults.
func TestFaulty_NoTwoCertificatesAndLiveness_VAL10(t *testing.T) {
	const workers = 2
	seeds := uint64(12)
	if *full {
		seeds = 1000
	}
	var mu sync.Mutex
	var all tally
	began := time.Now()
	t.Run("seeds", func(t *testing.T) {
		for worker := range uint64(workers) {
			t.Run(fmt.Sprint(worker), func(t *testing.T) {
				t.Parallel()
				for seed := worker; seed < seeds; seed += workers {
					var ended validatorstest.Ended
					r := lab.Run(validatorstest.Faulty(stack(), &ended), lab.Options{Seed: seed})
					require.False(t, r.Failed(), fmt.Sprint(r))
					mu.Lock()
					all.add(ended)
					mu.Unlock()
				}
			})
		}
	})
	require.Len(t, all.kinds, 4, "each kind of fault took part")
	t.Logf("%d seeds in %v: %v", seeds, time.Since(began).Round(time.Second), &all)
}

// tally adds up how runs ended.
type tally struct {
	kinds             map[string]int
	blocks, convicted uint64
	round             uint32
	fewest            uint64
	runs              int
}

func (a *tally) add(e validatorstest.Ended) {
	if a.kinds == nil {
		a.kinds, a.fewest = map[string]int{}, e.Height
	}
	for _, kind := range e.Kinds {
		a.kinds[kind]++
	}
	a.blocks += e.Height
	a.convicted += uint64(e.Convicted)
	a.round, a.fewest = max(a.round, e.Round), min(a.fewest, e.Height)
	a.runs++
}

func (a *tally) String() string {
	var kinds []string
	for _, kind := range slices.Sorted(maps.Keys(a.kinds)) {
		kinds = append(kinds, fmt.Sprintf("%d %s", a.kinds[kind], kind))
	}
	return fmt.Sprintf("%s; %d blocks, %d in a run at least, round %d at the most, %d convicted", strings.Join(kinds, ", "), a.blocks,
		a.fewest, a.round, a.convicted)
}
