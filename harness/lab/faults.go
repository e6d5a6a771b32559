package lab

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"time"

	"strata/harness/sim"
	"strata/network"
	"strata/scenario"
)

// faultClass is one number of scenario.Faults, and how the faults that it counts are drawn.
type faultClass struct {
	name  string // of the key by which a seed draws how many there are
	count func(f *scenario.Faults) *int
	draw  func(d drawer, i int) (f scenario.Fault, ok bool) // the i-th; false where there is nobody to strike
}

// faultClasses are all of them, in the order in which they are drawn.
var faultClasses = []faultClass{
	{"resets", func(f *scenario.Faults) *int { return &f.Resets }, drawer.reset},
	{"partitions", func(f *scenario.Faults) *int { return &f.Partitions }, drawer.partition},
	{"cuts", func(f *scenario.Faults) *int { return &f.Cuts }, oneWay(scenario.Cut, nil)},
	{"delays", func(f *scenario.Faults) *int { return &f.Delays }, oneWay(scenario.Delay, lateness)},
	{"slow", func(f *scenario.Faults) *int { return &f.Slow }, oneWay(scenario.Slow, thinness)},
	{"pauses", func(f *scenario.Faults) *int { return &f.Pauses }, alone(scenario.Pause, nil)},
	{"skews", func(f *scenario.Faults) *int { return &f.Skews }, alone(scenario.Skew, wrongness)},
	{"churn", func(f *scenario.Faults) *int { return &f.Churn }, drawer.churn},
	{"crashes", func(f *scenario.Faults) *int { return &f.Crashes }, drawer.crash},
}

// draw makes the faults of one seed. Each is drawn from its own key (seed, class, number), so that
// leaving one out, or asking for one more, leaves the others as they are.
func draw(f scenario.Faults, seed uint64, nodes []network.Addr) (faults []scenario.Fault) {
	if f.Until <= 0 || len(nodes) == 0 {
		return nil
	}
	d := drawer{want: f, seed: seed, until: f.Until, nodes: nodes}
	for _, class := range faultClasses {
		for i := range *class.count(&f) {
			if fault, ok := class.draw(d, i); ok {
				faults = append(faults, fault)
			}
		}
	}
	return faults
}

// drawer draws the faults of one seed.
type drawer struct {
	want  scenario.Faults
	seed  uint64
	until time.Duration
	nodes []network.Addr
}

// key is the source of numbers of one fault.
func (d drawer) key(class string, i int) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(class))
	return rand.New(rand.NewPCG(d.seed, h.Sum64()+uint64(i)))
}

// between draws a time of [from, to).
func between(r *rand.Rand, from, to time.Duration) time.Duration {
	if to <= from {
		return from
	}
	return from + time.Duration(r.Int64N(int64(to-from)))
}

// one draws a node, and one that is not it, by their indexes. There are two at least.
func (d drawer) one(r *rand.Rand) (node, other int) {
	node = r.IntN(len(d.nodes))
	return node, (node + 1 + r.IntN(len(d.nodes)-1)) % len(d.nodes)
}

// reset cuts one node off from about a third of the others, so that it mostly has a connection to
// cut; early ones would find none.
func (d drawer) reset(i int) (f scenario.Fault, ok bool) {
	if len(d.nodes) < 2 {
		return f, false
	}
	r := d.key("reset", i)
	f = scenario.Fault{Kind: scenario.Reset, At: between(r, d.until/10, d.until)}
	victim, sure := d.one(r)
	f.A = d.nodes[victim : victim+1 : victim+1]
	for n, node := range d.nodes {
		if pick := r.IntN(3) == 0; n == sure || pick && n != victim {
			f.B = append(f.B, node)
		}
	}
	return f, true
}

// partition splits the nodes in two, each side having at least one.
func (d drawer) partition(i int) (f scenario.Fault, ok bool) {
	if len(d.nodes) < 2 {
		return f, false
	}
	r := d.key("partition", i)
	at := between(r, d.until/20, d.until*3/4)
	f = scenario.Fault{Kind: scenario.Partition, At: at, For: between(r, (d.until-at)/8, d.until-at)}
	lone, other := d.one(r)
	for n, node := range d.nodes {
		heads := r.IntN(2) == 0
		if n == lone || n != other && heads {
			f.A = append(f.A, node)
		} else {
			f.B = append(f.B, node)
		}
	}
	return f, true
}

// shuffled lists the nodes as a key shuffles them.
func (d drawer) shuffled(class string, nodes []network.Addr) []network.Addr {
	nodes = slices.Clone(nodes)
	d.key(class, -1).Shuffle(len(nodes), func(i, j int) { nodes[i], nodes[j] = nodes[j], nodes[i] })
	return nodes
}

// churners are the nodes that come late or go early: neither the first nor the last of all.
func (d drawer) churners() []network.Addr {
	if len(d.nodes) < 3 {
		return nil
	}
	nodes := d.shuffled("churn", d.nodes[1:len(d.nodes)-1])
	return nodes[:min(d.want.Churn, len(nodes))]
}

// churn has the i-th of the churners come late or go early.
func (d drawer) churn(i int) (f scenario.Fault, ok bool) {
	churners := d.churners()
	if i >= len(churners) {
		return f, false
	}
	r := d.key("churn", i)
	f = scenario.Fault{Kind: scenario.Leave, A: churners[i : i+1 : i+1]}
	if r.IntN(2) == 0 {
		f.Kind = scenario.Join
	}
	f.At = between(r, d.until/10, d.until)
	return f, true
}

// crash strikes the nodes that stay, each in turn. Where there are more crashes than nodes the
// time is cut into rounds, so that no node crashes while it is down.
func (d drawer) crash(i int) (f scenario.Fault, ok bool) {
	churners := d.churners()
	stay := slices.DeleteFunc(d.shuffled("crash", d.nodes),
		func(a network.Addr) bool { return slices.Contains(churners, a) })
	if len(stay) == 0 {
		return f, false
	}
	r := d.key("crash", i)
	rounds := (d.want.Crashes + len(stay) - 1) / len(stay)
	round := d.until / time.Duration(rounds+1)
	start := round/2 + round*time.Duration(i/len(stay))
	n := i % len(stay)
	f = scenario.Fault{Kind: scenario.Crash, At: between(r, start, start+round*3/4), A: stay[n : n+1 : n+1]}
	f.For = between(r, round/20, start+round-f.At)
	return f, true
}

// describe says what the faults do, in order of time.
func describe(faults []scenario.Fault) []string {
	faults = slices.Clone(faults)
	slices.SortStableFunc(faults, func(a, b scenario.Fault) int { return cmp.Compare(a.At, b.At) })
	lines := make([]string, len(faults))
	for i, f := range faults {
		lines[i] = fmt.Sprintf("%v: %v", scenario.Round(f.At), f)
	}
	return lines
}

// fired says how often each kind of fault made a difference.
func fired(stats sim.Stats) map[string]int {
	counts := map[string]int{}
	for kind, n := range stats.Fired {
		counts[string(kind)] = int(n)
	}
	if n := stats.Split + stats.Joined; n > 0 {
		counts[KeyFragment] = int(n)
	}
	return counts
}

// injected counts the faults of a run by kind.
func injected(f scenario.Faults, faults []scenario.Fault) map[string]int {
	counts := map[string]int{}
	for _, f := range faults {
		counts[string(f.Kind)]++
	}
	if f.Fragment {
		counts[KeyFragment]++
	}
	return counts
}
