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
	soon  bool // somebody is told when all such have passed
	parts int  // as it was cut: one, or more that were joined
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
// first, then a few seeds of every trial, then those that come soon, then all others.
func inTurn(opt Options, trials []*trial) (p pending) {
	var named, probes []batch
	for _, t := range trials {
		for _, b := range cut(opt, t) {
			explores := t.Scenario.Explore.States > 0
			b.soon = opt.tellsSoon() && (explores || b.last() < opt.FirstSeed+uint64(opt.Soon))
			switch {
			case slices.Contains(opt.First, t.Scenario.Name):
				named = append(named, b)
			case b.first == opt.FirstSeed && !explores:
				probes = append(probes, b)
			case b.soon:
				p.soon = append(p.soon, b)
			default:
				p.late = append(p.late, b)
			}
		}
	}
	p.early = slices.Concat(named, probes)
	return p
}

// cut cuts the seeds of a trial: a few, those that come soon, and then as many at once as may be.
func cut(opt Options, t *trial) (all []batch) {
	for done, size := 0, 0; done < t.seeds; done += size {
		switch {
		case done == 0:
			size = probeSize
		case opt.tellsSoon() && done < opt.Soon:
			size = min(batchSize, opt.Soon-done)
		default:
			size = batchSize
		}
		size = min(size, t.seeds-done)
		all = append(all, batch{trial: t, first: opt.FirstSeed + uint64(done), seeds: size, parts: 1})
	}
	return all
}

// tellsSoon says whether somebody is told before all is done.
func (o Options) tellsSoon() bool { return o.Passes != nil && o.Soon >= probeSize && o.Soon < o.Seeds }

// last is the last seed.
func (b batch) last() uint64 { return b.first + uint64(b.seeds) - 1 }

// pending is the batches that nobody has taken yet.
type pending struct {
	early []batch // taken in this order
	soon  []batch // taken by what they are likely to cost, as are the following
	late  []batch
}

func (p *pending) size() int { return len(p.early) + len(p.soon) + len(p.late) }

// soons is how many batches come soon.
func (p *pending) soons() (n int) {
	for _, b := range slices.Concat(p.early, p.soon) {
		if b.soon {
			n++
		}
	}
	return n
}

// take takes the next batch.
func (p *pending) take() (b batch, ok bool) {
	if len(p.early) > 0 {
		b, p.early = p.early[0], p.early[1:]
		return b, true
	}
	if b, ok = costliest(&p.soon); ok {
		return b, true
	}
	if b, ok = costliest(&p.late); ok {
		p.join(&b)
	}
	return b, ok
}

// joined is what may be taken at once beyond a batch. With each batch a seed is run twice, and a worker is waited for.
const joined = 5 * time.Millisecond

// join joins a late batch with those of its trial that follow, as long as that is likely to be done at once.
func (p *pending) join(b *batch) {
	for i := 0; i < len(p.late); {
		next := p.late[i]
		if next.trial != b.trial || next.first != b.last()+1 || b.cost()+next.cost() > joined {
			i++
			continue
		}
		b.seeds += next.seeds
		b.parts += next.parts
		p.late = slices.Delete(p.late, i, i+1)
	}
}

// costliest takes the batch that is likely to cost most, so that no worker is left with much to do when the others have
// done.
func costliest(of *[]batch) (b batch, ok bool) {
	if len(*of) == 0 {
		return b, false
	}
	most := 0
	for i, b := range *of {
		if b.cost() > (*of)[most].cost() {
			most = i
		}
	}
	b = (*of)[most]
	*of = slices.Delete(*of, most, most+1)
	return b, true
}

// cost is what the batch is likely to take. Whoever explores orders has no few seeds that would tell, and takes long.
func (b batch) cost() time.Duration {
	if b.trial.Scenario.Explore.States > 0 {
		return math.MaxInt64
	}
	return b.trial.cost * time.Duration(b.seeds)
}
