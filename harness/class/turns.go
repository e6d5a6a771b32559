package class

import (
	"cmp"
	"runtime"
	"sync/atomic"

	"strata/harness/class/intake"
)

// turns says how many jobs each hand-in is graded by.
type turns struct {
	workers int
	left    atomic.Int64 // hand-ins that are not begun
}

// next is the number for the one that begins now. As long as there is one for each worker it is one. The last ones share what
// would be without work.
func (t *turns) next() int { return max(1, t.workers/int(max(1, t.left.Add(-1)+1))) }

// mine are the hand-ins of the shard, and the turns of those of them that have no result.
func (f *Folder) mine(opt Options) (mine []intake.Handin, t *turns, err error) {
	t = &turns{workers: cmp.Or(opt.Workers, runtime.GOMAXPROCS(0))}
	for i, h := range f.distinct() {
		if !opt.Shard.Has(i) {
			continue
		}
		mine = append(mine, h)
		key, _ := f.Key(h)
		_, ok, err := f.Store.Get(key)
		if err != nil {
			return nil, nil, err
		}
		if !ok {
			t.left.Add(1)
		}
	}
	return mine, t, nil
}
