package explore

import "math/rand/v2"

// priorities draw an order by chains: what arrives on one connection is a chain, and so is what one
// node does by itself. The chain with the highest priority goes on as long as it can; at a few events
// that are drawn, the one that would go on falls behind all others. A mistake that takes d events in one
// order is so found more often than by drawing each event.
//
// Source: Burckhardt et al., A randomized scheduler with probabilistic guarantees of finding bugs
// (ASPLOS 2010); Ozkan et al. brought it to messages (PCTCP, OOPSLA 2018). Their chains are as few as
// can be; ours are simply those that exist.
type priorities struct {
	key     uint64
	fallen  map[uint64]uint64 // chains that fell behind: how many had before them, from 1
	demoted map[int]bool      // events at which one falls
}

const (
	demotions = 3  // per order: mistakes of up to four events in a certain order
	within    = 40 // events, from where the order is drawn
)

func newPriorities(r *rand.Rand, from int) *priorities {
	p := &priorities{key: r.Uint64(), fallen: make(map[uint64]uint64), demoted: make(map[int]bool)}
	for range demotions {
		p.demoted[from+r.IntN(within)] = true
	}
	return p
}

// first is the choice whose chain has the highest priority at that event.
func (p *priorities) first(choices []choice, at int) int {
	best := p.best(choices)
	if p.demoted[at] {
		p.fallen[chain(choices[best])] = uint64(len(p.fallen) + 1)
		best = p.best(choices)
	}
	return best
}

func (p *priorities) best(choices []choice) int {
	best := 0
	for i := range choices {
		if p.of(choices[i]) > p.of(choices[best]) {
			best = i
		}
	}
	return best
}

// of is the priority of a choice: high numbers first, and those that fell last of all are lowest.
func (p *priorities) of(c choice) uint64 {
	if n, fell := p.fallen[chain(c)]; fell {
		return 1<<16 - n
	}
	return mix(p.key, chain(c)) | 1<<16
}

// chain names what the choice goes on with.
func chain(c choice) uint64 {
	if c.kind == evItem {
		return uint64(c.end)
	}
	return 1<<32 | uint64(c.kind)<<8 | uint64(c.node)
}
