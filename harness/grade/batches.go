package grade

import (
	"math"
	"slices"
	"time"
)

// batch is a range of a trial's seeds.
type batch struct {
	trial *trial
	first uint64
	seeds int
}

// again is how many of the batch's seeds are run twice: more of a trial's first, so that a few runs
// are enough to notice.
func (b batch) again(first uint64) int {
	if b.first == first {
		return 3
	}
	return 1
}

// batchSize is the most seeds in one batch: small enough to keep all cores busy to the end. probeSize is the most in
// the first batch of a trial: most of what is wrong shows within these.
const (
	batchSize = 50
	probeSize = 4
)

// inTurn cuts the seeds of all trials into batches. A failure is to be known soon: those that the options name come
// first, then a few seeds of every trial, then all others.
func inTurn(opt Options, trials []*trial) pending {
	var named, probes, others []batch
	for _, t := range trials {
		for done, size := 0, probeSize; done < t.seeds; done, size = done+size, batchSize {
			b := batch{trial: t, first: opt.FirstSeed + uint64(done), seeds: min(size, t.seeds-done)}
			switch {
			case slices.Contains(opt.First, t.Scenario.Name):
				named = append(named, b)
			case done == 0 && t.Scenario.Explore.States == 0:
				probes = append(probes, b)
			default:
				others = append(others, b)
			}
		}
	}
	return pending{early: slices.Concat(named, probes), late: others}
}

// pending is the batches that nobody has taken yet.
type pending struct {
	early []batch // taken in this order
	late  []batch // taken by what they are likely to cost
}

func (p *pending) size() int { return len(p.early) + len(p.late) }

// take takes the next batch. Of the late ones it is the costliest, so that no worker is left with much to do when the
// others have done.
func (p *pending) take() (b batch, ok bool) {
	if len(p.early) > 0 {
		b, p.early = p.early[0], p.early[1:]
		return b, true
	}
	if len(p.late) == 0 {
		return b, false
	}
	most := 0
	for i, b := range p.late {
		if b.cost() > p.late[most].cost() {
			most = i
		}
	}
	b = p.late[most]
	p.late = slices.Delete(p.late, most, most+1)
	return b, true
}

// cost is what the batch is likely to take. Whoever explores orders has no few seeds that would tell, and takes long.
func (b batch) cost() time.Duration {
	if b.trial.Scenario.Explore.States > 0 {
		return math.MaxInt64
	}
	return b.trial.cost * time.Duration(b.seeds)
}
