package nets

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"

	"strata/harness/farm"
	"strata/harness/nets/run"
	"strata/harness/nets/spec"
	"strata/harness/nets/stats"
	"strata/harness/nets/theory"
)

// Options of Collect. Zero values mean the defaults.
type Options struct {
	Shard    farm.Shard
	Workers  int                 // runs at once; 0 means one for each processor, or fewer if they are large
	Progress func(farm.Progress) // nil: off
}

// ErrIncomplete reports runs that are not there yet: of another shard, or interrupted, or failed.
var ErrIncomplete = errors.New("runs are missing")

// largeNodes is from how many nodes on one run gets all processors.
const largeNodes = 20_000

// Collect does the runs that the store does not have yet, those of the shard alone. Afterwards Load has them. Errors: those
// of farm.Run; a run that failed is in the report.
func (e *Experiment) Collect(ctx context.Context, store *farm.Store, opt Options) (farm.Report, error) {
	var all farm.Report
	for round := 0; ; round++ {
		seeds, more, err := e.seeds(store, round)
		if err != nil {
			return all, err
		}
		total := 0
		for _, n := range seeds {
			total += n
		}
		report, err := e.collect(ctx, store, opt, seeds, total)
		all.Done, all.Failed = all.Done+report.Done, report.Failed
		if round == 0 {
			all.Known = report.Known
		}
		if err != nil || !more || len(report.Failed) > 0 {
			return all, err
		}
	}
}

// collect does the given number of seeds of each point.
func (e *Experiment) collect(ctx context.Context, store *farm.Store, opt Options, seeds []int, total int) (farm.Report, error) {
	workers, threads := e.share(opt.Workers, total)
	var failed error
	jobs := func(yield func(farm.Job) bool) {
		number := 0
		for i, count := range seeds {
			p, err := e.plan(i)
			if err != nil {
				failed = err
				return
			}
			first := e.first(p.point.Spec)
			for s := range count {
				if number++; !opt.Shard.Has(number - 1) {
					continue
				}
				if !yield(p.job(p.run(first+uint64(s)), threads)) {
					return
				}
			}
		}
	}
	if opt.Shard.Count > 0 {
		total = (total + opt.Shard.Count - opt.Shard.Index) / opt.Shard.Count
	}
	report, err := farm.Run(ctx, store, jobs, farm.Options{Workers: workers, Progress: opt.Progress, Total: total})
	return report, errors.Join(failed, err)
}

// share divides the processors into runs at once and threads of each.
func (e *Experiment) share(workers, runs int) (atOnce, threads int) {
	cores := runtime.GOMAXPROCS(0)
	if workers == 0 {
		workers = cores
	}
	s := e.Points.At(e.Points.Len() - 1).Spec
	if s.Run.Workers > 0 {
		return workers, s.Run.Workers
	}
	if s.Network.Nodes >= largeNodes {
		return 1, cores
	}
	if runs < workers {
		return max(1, runs), max(1, cores/max(1, runs))
	}
	return workers, 1
}

func (e *Experiment) first(s spec.Spec) uint64 { return s.Complete().Run.First }

// seeds is how many seeds each point has in a round, and whether there may be another round after it.
func (e *Experiment) seeds(store *farm.Store, round int) (counts []int, more bool, err error) {
	s := e.File.Complete().Run
	counts = make([]int, e.Points.Len())
	for i := range counts {
		counts[i] = s.Seeds
	}
	if s.StopAt == 0 || round == 0 {
		return counts, s.StopAt > 0, nil
	}
	formula, err := theory.Parse(s.StopOn)
	if err != nil {
		return nil, false, fmt.Errorf("run.stop_measure: %w", err)
	}
	for i := range counts {
		runs, err := e.loadPoint(store, i, s.Most)
		if err != nil {
			return nil, false, err
		}
		counts[i] = len(runs)
		if counts[i] >= s.Most || narrow(runs, formula, float64(s.StopAt)) {
			continue
		}
		counts[i] = min(s.Most, counts[i]+max(2, counts[i]/2))
		more = true
	}
	return counts, more, nil
}

// narrow says whether the interval of a measure is narrow enough: half its width at most that part of its middle.
func narrow(runs []Run, measure theory.Formula, part float64) bool {
	var values []float64
	for _, r := range runs {
		if v, err := measure.Eval(r.scope()); err == nil {
			values = append(values, v)
		}
	}
	mean, _ := stats.Mean(values)
	half := stats.TInterval(values, level).Half()
	return len(values) > 1 && half <= part*math.Abs(mean)
}

// Run is one run that was done.
type Run struct {
	Key    farm.Key
	Point  spec.Point
	Result *run.Result
}

// scope is what formulae know of a run: its measures, and what is varied.
func (r Run) scope() map[string]float64 {
	all := make(map[string]float64, len(r.Result.Values)+len(r.Point.Values)+1)
	for name, v := range r.Result.Values {
		all[name] = v
	}
	for _, v := range r.Point.Values {
		all[v.As] = v.Number
	}
	all["seed"] = float64(r.Result.Seed)
	return all
}

// loadPoint reads the runs of a point: those that there are of the seeds that it begins with, and what follows them
// up to the first that is missing.
func (e *Experiment) loadPoint(store *farm.Store, i, most int) (runs []Run, err error) {
	p, err := e.plan(i)
	if err != nil {
		return nil, err
	}
	first, begins := e.first(p.point.Spec), e.File.Complete().Run.Seeds
	for s := range most {
		r := p.run(first + uint64(s))
		text, ok, err := store.Get(r.Key)
		if err != nil || !ok && s >= begins {
			return runs, err
		}
		if !ok {
			continue
		}
		res, err := run.Decode(text)
		if err != nil {
			return nil, fmt.Errorf("run %v: %w", r.Key, err)
		}
		runs = append(runs, Run{r.Key, p.point, res})
	}
	return runs, nil
}

// Load reads all runs that there are, by point, and says how many are missing.
func (e *Experiment) Load(store *farm.Store) (points [][]Run, missing int, err error) {
	s := e.File.Complete().Run
	for i := range e.Points.Len() {
		runs, err := e.loadPoint(store, i, max(s.Seeds, s.Most))
		if err != nil {
			return nil, 0, err
		}
		missing += max(0, s.Seeds-len(runs))
		points = append(points, runs)
	}
	return points, missing, nil
}

// Missing lists the keys of the runs that the store lacks. Errors: the system's.
func (e *Experiment) Missing(store *farm.Store) ([]farm.Key, error) {
	var keys []farm.Key
	for i := range e.Points.Len() {
		p, err := e.plan(i)
		if err != nil {
			return nil, err
		}
		for s := range e.File.Complete().Run.Seeds {
			keys = append(keys, p.run(e.first(p.point.Spec)+uint64(s)).Key)
		}
	}
	return store.Missing(keys)
}

// columns lists the measures of runs, in order.
func columns(points [][]Run) (names []string) {
	seen := map[string]bool{}
	for _, runs := range points {
		for _, r := range runs {
			for name := range r.Result.Values {
				if !seen[name] {
					seen[name] = true
					names = append(names, name)
				}
			}
		}
	}
	slices.SortFunc(names, cmp.Compare[string])
	return names
}
