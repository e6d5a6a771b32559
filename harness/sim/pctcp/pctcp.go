package pctcp

import "strata/harness/sim/splitmix"

// Event is an event that is yet to happen, or has happened. The zero value is none.
type Event struct {
	Chain uint64 // the chain's name
	id    uint64 // counts events
}

// Chains parts events into chains: of each two neighbours in a chain the first must happen before the
// second can. The zero value is ready.
type Chains struct {
	count uint64
	tails map[uint64]uint64 // the last event of each chain
	under Event
}

// Handle says that e happens now: what is Born until the next Handle is caused by it.
func (c *Chains) Handle(e Event) { c.under = e }

// Born is a new event. It goes on with the chain of what caused it or, if that goes on elsewhere, with the
// chain of before, which is none or an event that happens before it in any case. Else it is the first of
// a chain of that name.
func (c *Chains) Born(name uint64, before Event) Event {
	c.count++
	e := Event{Chain: name, id: c.count}
	for _, from := range [2]Event{c.under, before} {
		if from.id != 0 && c.tails[from.Chain] == from.id {
			e.Chain = from.Chain
			break
		}
	}
	if c.tails == nil {
		c.tails = make(map[uint64]uint64)
	}
	c.tails[e.Chain] = e.id
	return e
}

// Scheduler chooses what happens next.
type Scheduler struct {
	key    uint64
	chains uint64 // of their priorities
	left   int    // demotions that may still come
	met    int    // those that came, or were left out
	rare   uint64
	skip   func(n int) bool
	fallen map[uint64]uint64 // chains that fell behind: how many had before them, from 1
}

// New makes a scheduler for mistakes of up to that depth, from a key. skip, if it is not nil, says
// whether the n-th demotion, from 1, is left out.
func New(key uint64, depth int, skip func(n int) bool) *Scheduler {
	if skip == nil {
		skip = func(int) bool { return false }
	}
	return &Scheduler{key: key, chains: splitmix.Key(key, 3), left: depth - 1, rare: 2 << (splitmix.Key(key, 1) % magnitudes), skip: skip,
		fallen: make(map[uint64]uint64)}
}

// magnitudes is how many there are: one demotion in 2, 4, ... 128 events that race.
const magnitudes = 7

// Ready is an event that could happen now.
type Ready struct {
	Chain uint64
	Name  uint64 // its own, by which it is drawn whether its chain falls
	Races bool   // something else could happen at its node first
}

// First is the index of the one that happens. There is at least one.
func (s *Scheduler) First(ready []Ready) int {
	best := s.best(ready)
	if r := ready[best]; s.left > 0 && r.Races && splitmix.Key(s.key, 2, r.Name)%s.rare == 0 {
		s.left--
		s.met++
		if !s.skip(s.met) {
			s.fallen[r.Chain] = uint64(len(s.fallen) + 1)
			best = s.best(ready)
		}
	}
	return best
}

func (s *Scheduler) best(ready []Ready) int {
	best, most := 0, s.priority(ready[0].Chain)
	for i := 1; i < len(ready); i++ {
		if p := s.priority(ready[i].Chain); p > most {
			best, most = i, p
		}
	}
	return best
}

// priority: those that fell last of all are lowest.
func (s *Scheduler) priority(chain uint64) uint64 {
	if len(s.fallen) > 0 {
		if n, fell := s.fallen[chain]; fell {
			return 1<<16 - n
		}
	}
	return splitmix.Longer(s.chains, 2, chain) | 1<<16
}
