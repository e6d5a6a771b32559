package shrink

import (
	"cmp"
	"time"

	"strata/scenario"
)

// Best is Run of the seed and, if its trace does not fit, of the seeds after it: of those that
// break the same rule the one with the shortest trace. The budget is for all of them together.
func Best(s scenario.Scenario, seed uint64, seeds int, opt Options) (Result, bool) {
	opt.Runs, opt.Time = cmp.Or(opt.Runs, defaultRuns), cmp.Or(opt.Time, defaultTime)
	deadline := time.Now().Add(opt.Time)
	best, ok := Run(s, seed, opt)
	used := best.Tries
	for n := 1; ok && best.Lines > most && n < seeds; n++ {
		opt.Runs -= used
		if opt.Time = time.Until(deadline); opt.Time <= 0 || opt.Runs <= 0 {
			break
		}
		other, fails := Run(s, seed+uint64(n), opt)
		used = other.Tries
		if fails && other.Lines < best.Lines && other.Run.Failure.Same(best.Run.Failure) {
			best = other
		}
	}
	return best, ok
}
