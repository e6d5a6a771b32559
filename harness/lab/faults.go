package lab

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"strata/harness/sim"
	"strata/network"
	"strata/scenario"
)

// draw makes the faults of one seed. Each is drawn from its own key (seed, class, number), so that
// leaving one out, or asking for one more, leaves the others as they are.
func draw(f scenario.Faults, seed uint64, nodes []network.Addr) []scenario.Fault {
	if f.Until <= 0 || len(nodes) == 0 {
		return nil
	}
	d := drawer{seed: seed, until: f.Until, nodes: nodes}
	var faults []scenario.Fault
	for i := range f.Resets {
		faults = d.reset(faults, i)
	}
	for i := range f.Partitions {
		faults = d.partition(faults, i)
	}
	faults = d.weather(faults, f)
	churned := d.churners(f.Churn)
	for i, node := range churned {
		faults = append(faults, d.churn(node, i))
	}
	return d.crashes(faults, f.Crashes, churned)
}

type drawer struct {
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

// reset cuts one node off from about a third of the others, so that it mostly has a connection to
// cut; early ones would find none.
func (d drawer) reset(faults []scenario.Fault, i int) []scenario.Fault {
	if len(d.nodes) < 2 {
		return faults
	}
	r := d.key("reset", i)
	at := between(r, d.until/10, d.until)
	victim := r.IntN(len(d.nodes))
	sure := (victim + 1 + r.IntN(len(d.nodes)-1)) % len(d.nodes)
	var others []network.Addr
	for n, node := range d.nodes {
		if pick := r.IntN(3) == 0; n == sure || pick && n != victim {
			others = append(others, node)
		}
	}
	return append(faults, scenario.Fault{Kind: scenario.Reset, At: at, A: []network.Addr{d.nodes[victim]}, B: others})
}

// partition splits the nodes in two, each side having at least one.
func (d drawer) partition(faults []scenario.Fault, i int) []scenario.Fault {
	if len(d.nodes) < 2 {
		return faults
	}
	r := d.key("partition", i)
	at := between(r, d.until/20, d.until*3/4)
	f := scenario.Fault{Kind: scenario.Partition, At: at, For: between(r, (d.until-at)/8, d.until-at)}
	lone := r.IntN(len(d.nodes))
	other := (lone + 1 + r.IntN(len(d.nodes)-1)) % len(d.nodes)
	for n, node := range d.nodes {
		heads := r.IntN(2) == 0
		if n == lone || n != other && heads {
			f.A = append(f.A, node)
		} else {
			f.B = append(f.B, node)
		}
	}
	return append(faults, f)
}

// order lists the nodes as a key shuffles them.
func (d drawer) order(class string, nodes []network.Addr) []network.Addr {
	nodes = slices.Clone(nodes)
	d.key(class, -1).Shuffle(len(nodes), func(i, j int) { nodes[i], nodes[j] = nodes[j], nodes[i] })
	return nodes
}

// churners chooses up to n nodes that come late or go early: neither the first nor the last.
func (d drawer) churners(n int) []network.Addr {
	if n <= 0 || len(d.nodes) < 3 {
		return nil
	}
	nodes := d.order("churn", d.nodes[1:len(d.nodes)-1])
	return nodes[:min(n, len(nodes))]
}

func (d drawer) churn(node network.Addr, i int) scenario.Fault {
	r := d.key("churn", i)
	f := scenario.Fault{Kind: scenario.Leave, A: []network.Addr{node}}
	if r.IntN(2) == 0 {
		f.Kind = scenario.Join
	}
	f.At = between(r, d.until/10, d.until)
	return f
}

// crashes strikes the nodes that stay, each in turn. Where there are more crashes than nodes the
// time is cut into rounds, so that no node crashes while it is down.
func (d drawer) crashes(faults []scenario.Fault, n int, churned []network.Addr) []scenario.Fault {
	stay := slices.DeleteFunc(d.order("crash", d.nodes), func(a network.Addr) bool { return slices.Contains(churned, a) })
	if len(stay) == 0 {
		return faults
	}
	round := d.until / time.Duration((n+len(stay)-1)/len(stay)+1)
	for i := range n {
		r := d.key("crash", i)
		start := round/2 + round*time.Duration(i/len(stay))
		at := between(r, start, start+round*3/4)
		faults = append(faults, scenario.Fault{
			Kind: scenario.Crash, At: at, For: between(r, round/20, start+round-at), A: []network.Addr{stay[i%len(stay)]}})
	}
	return faults
}

// describe says what the faults do, in order of time.
func describe(faults []scenario.Fault) []string {
	faults = slices.Clone(faults)
	slices.SortStableFunc(faults, func(a, b scenario.Fault) int { return cmp.Compare(a.At, b.At) })
	var lines []string
	for _, f := range faults {
		line := fmt.Sprintf("%v: %s of %s", f.At, f.Kind, join(f.A))
		if len(f.B) > 0 {
			line += " from " + join(f.B)
		}
		line += extent(f)
		if f.For > 0 {
			line += fmt.Sprintf(" for %v", f.For)
		}
		lines = append(lines, line)
	}
	return lines
}

func join(nodes []network.Addr) string {
	texts := make([]string, len(nodes))
	for i, n := range nodes {
		texts[i] = string(n)
	}
	return strings.Join(texts, " ")
}

// fired says how often each kind of fault made a difference.
func fired(stats sim.Stats) map[string]int {
	counts := map[string]int{}
	for kind, n := range stats.Fired {
		counts[string(kind)] = int(n)
	}
	if n := stats.Split + stats.Joined; n > 0 {
		counts["fragment"] = int(n)
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
		counts["fragment"]++
	}
	return counts
}
