package sim

import (
	"cmp"
	"iter"
	"slices"
	"sort"
)

// spans are the faults of one kind that act as a function of the time. Who asks pays for those that are on, not for
// all there are: a network may have thousands, one after the other.
type spans struct {
	list   []*fault // by when they begin
	latest []int64  // up to each, the latest end
}

// add files a fault, before the first look.
func (s *spans) add(f *fault) { s.list = append(s.list, f) }

// settle brings the faults into order, when all are there.
func (s *spans) settle() {
	slices.SortStableFunc(s.list, func(a, b *fault) int { return cmp.Compare(a.at, b.at) })
	s.latest = make([]int64, len(s.list))
	latest := int64(0)
	for i, f := range s.list {
		latest = max(latest, f.until)
		s.latest[i] = latest
	}
}

// during are those that are on at t, those that began last first.
func (s *spans) during(t int64) iter.Seq[*fault] {
	return func(yield func(*fault) bool) {
		later := sort.Search(len(s.list), func(i int) bool { return s.list[i].at > t })
		for i := later - 1; i >= 0 && s.latest[i] > t; i-- {
			if s.list[i].until > t && !yield(s.list[i]) {
				return
			}
		}
	}
}

// any says whether there are any at all.
func (s *spans) any() bool { return len(s.list) > 0 }
