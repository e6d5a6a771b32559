package places

import (
	"math"
	"slices"
	"time"

	"strata/harness/nets/spec"
	"strata/harness/sim/splitmix"
)

// Places is where the nodes of one run are. It implements sim.Place.
type Places struct {
	Regions  []string // their names; one without a name if there are none
	Region   []int    // of each node
	Classes  []string // their names; empty: there are none
	Class    []int    // of each node
	Up, Down []int64  // bytes a second of each node; empty: no bound

	latency Law
	jitter  Law
	matrix  *matrix // nil: latencies follow the law
	spread  bool
}

// New puts so many nodes into places, as the experiment says; dir is where its file is. Named are the regions that a file of
// the topology gives nodes; empty: the experiment's shares do. Errors: ErrData.
func New(s spec.Spec, dir string, nodes int, named []string, seed uint64) (*Places, error) {
	p := &Places{Regions: []string{""}, latency: NewLaw(s.Places.Latency), jitter: NewLaw(s.Places.Jitter),
		spread: s.Places.Spread, Region: make([]int, nodes)}
	if s.Places.Regions != "" {
		if err := p.regions(s, dir, nodes, named, seed); err != nil {
			return nil, err
		}
	}
	p.classes(s.Places.Classes, nodes, seed)
	return p, nil
}

// regions reads the data and gives each node its region.
func (p *Places) regions(s spec.Spec, dir string, nodes int, named []string, seed uint64) (err error) {
	if p.matrix, err = latencies(dir, s.Places.Regions); err != nil {
		return err
	}
	p.Regions = p.matrix.regions
	parts, err := shares(dir, s.Places.Shares, p.Regions)
	if err != nil {
		return err
	}
	p.Region = Divide(nodes, parts, seed, 0x726567)
	if len(named) == nodes {
		for i, name := range named {
			if at := slices.Index(p.Regions, name); at >= 0 {
				p.Region[i] = at
			}
		}
	}
	up, down, err := bandwidth(dir, s.Places.Bandwidth, p.Regions)
	if err != nil || s.Places.Bandwidth == "" {
		return err
	}
	for _, region := range p.Region {
		p.Up, p.Down = append(p.Up, up[region]), append(p.Down, down[region])
	}
	return nil
}

// classes gives each node its class.
func (p *Places) classes(classes []spec.Class, nodes int, seed uint64) {
	if len(classes) == 0 {
		return
	}
	var parts []float64
	for _, c := range classes {
		p.Classes = append(p.Classes, c.Name)
		parts = append(parts, float64(c.Share))
	}
	p.Class = Divide(nodes, parts, seed, 0x636c61)
	for _, class := range p.Class {
		p.Up = append(p.Up, classes[class].Up.BitsPerSecond/8)
		p.Down = append(p.Down, classes[class].Down.BitsPerSecond/8)
	}
}

// Divide gives each of n things one of the parts, which add up to 1: as many as the shares say, to within one, and which
// of them is drawn by the seed and the purpose.
func Divide(n int, shares []float64, seed, purpose uint64) []int {
	list := make([]int, 0, n)
	done := 0.0
	for i, share := range shares {
		done += share
		for upTo := int(math.Round(done * float64(n))); len(list) < min(upTo, n); {
			list = append(list, i)
		}
	}
	for len(list) < n {
		list = append(list, len(shares)-1)
	}
	Shuffle(len(list), seed, purpose, func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list
}

// Shuffle puts n things into an order that the seed and the purpose draw.
func Shuffle(n int, seed, purpose uint64, swap func(i, j int)) {
	state := splitmix.Scramble(splitmix.Scramble(seed+splitmix.Golden) ^ purpose)
	for i := n - 1; i > 0; i-- {
		state += splitmix.Golden
		swap(i, int(splitmix.Scramble(state)%uint64(i+1)))
	}
}

// Latency is sim.Place's.
func (p *Places) Latency(a, b int, key uint64) time.Duration {
	if p.matrix == nil {
		return p.latency.Draw(key)
	}
	from, to := p.Region[a], p.Region[b]
	oneWay := p.matrix.oneWay[from][to]
	if p.spread {
		oneWay *= math.Exp(p.matrix.spread[from][to] * normal(key))
	}
	return time.Duration(oneWay)
}

// Jitter is sim.Place's.
func (p *Places) Jitter(number uint64) time.Duration { return p.jitter.Draw(number) }
