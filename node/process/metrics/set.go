package metrics

import (
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Set is what is counted as it happens. Counters and histograms are made once, at the start, and each name
// with each labels once; the methods of all are for any goroutine.
type Set struct {
	mu       sync.Mutex
	families []*family
}

type family struct {
	kind       Kind
	name, help string
	counters   []*Counter
	histogram  *Histogram
}

// NewSet makes an empty set.
func NewSet() *Set { return &Set{} }

// Counter makes a counter. Those of one name make one family, with the help of the first; labels are
// name, value, name, value.
func (s *Set) Counter(name, help string, labels ...string) *Counter {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &Counter{labels: labels}
	i := slices.IndexFunc(s.families, func(f *family) bool { return f.name == name })
	if i < 0 {
		i = len(s.families)
		s.families = append(s.families, &family{kind: KindCounter, name: name, help: help})
	}
	s.families[i].counters = append(s.families[i].counters, c)
	return c
}

// Histogram makes a histogram whose buckets end at the bounds, in ascending order; one more has no end.
func (s *Set) Histogram(name, help string, bounds []float64) *Histogram {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := &Histogram{bounds: bounds, counts: make([]uint64, len(bounds)+1)}
	s.families = append(s.families, &family{kind: KindHistogram, name: name, help: help, histogram: h})
	return h
}

// Write writes all families, as they are now.
func (s *Set) Write(p *Page) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.families {
		p.Begin(f.kind, f.name, f.help)
		for _, c := range f.counters {
			p.Sample(f.name, float64(c.Value()), c.labels...)
		}
		if f.histogram != nil {
			f.histogram.write(p, f.name)
		}
	}
}

// Counter counts up.
type Counter struct {
	labels []string
	count  atomic.Uint64
}

// Inc adds one.
func (c *Counter) Inc() { c.count.Add(1) }

// Add adds n, which is not negative.
func (c *Counter) Add(n int) { c.count.Add(uint64(n)) }

// Value is the count now.
func (c *Counter) Value() uint64 { return c.count.Load() }

// Histogram counts values by how large they are.
type Histogram struct {
	bounds []float64

	mu     sync.Mutex
	counts []uint64 // of each bucket alone; the last has no bound
	sum    float64
}

// Observe counts a value. A bucket holds its bound. What is not a number is not counted.
func (h *Histogram) Observe(value float64) {
	if math.IsNaN(value) {
		return
	}
	i, _ := slices.BinarySearch(h.bounds, value)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.counts[i]++
	h.sum += value
}

// Since counts the seconds from a time until now.
func (h *Histogram) Since(begin time.Time) { h.Observe(time.Since(begin).Seconds()) }

func (h *Histogram) write(p *Page, name string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	var below uint64
	for i, count := range h.counts {
		below += count
		bound := "+Inf"
		if i < len(h.bounds) {
			bound = number(h.bounds[i])
		}
		p.Sample(name+"_bucket", float64(below), "le", bound)
	}
	p.Sample(name+"_sum", h.sum)
	p.Sample(name+"_count", float64(below))
}

// Seconds are bounds for what takes from half a millisecond to some seconds.
func Seconds() []float64 {
	return []float64{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5}
}
