package run

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"strata/chain"
	"strata/harness/nets/stats"
	"strata/harness/nets/topology"
)

// result is protocol's: what is known when the network stands still.
func (r *chainRun) result() *Result {
	r.book.reduce(math.MaxInt64, len(r.members))
	all := newTally()
	for _, t := range r.tallies {
		all.add(t)
	}
	s := r.net.Stats()
	res := &Result{Seed: r.Seed, Hash: fmt.Sprintf("%016x", r.net.Hash()), Events: s.Deliveries, Values: map[string]float64{}}
	v := res.Values
	r.settings(v)
	list := r.measured()
	r.mark(list)
	r.chainValues(v, list, all)
	r.powerValues(v, list)
	r.spreadValues(res, all)
	r.messageValues(v, all, s.Bytes)
	if r.Spec.Measure.Times {
		r.timeValues(v, list)
	}
	if r.attack != nil {
		r.attack.values(v)
		r.raceValues(v, list)
	}
	r.raidValues(v, list)
	if r.Spec.Attack.Kind == "eclipse" {
		r.eclipseValues(v)
	}
	v["heal_s"] = all.heal.Seconds()
	v["arrivals"], v["departures"] = float64(s.Came), float64(s.Went)
	res.Forks = r.forks(list)
	r.graphs(res)
	if s.Clamped > 0 {
		res.Notes = append(res.Notes, fmt.Sprintf("%d ends of links were raised to the smallest latency, %v", s.Clamped, r.Spec.Places.Floor))
	}
	return res
}

// namedMiners is up to how many miners each has measures of its own.
const namedMiners = 20

// settings are what formulae may need of the experiment itself.
func (r *chainRun) settings(v map[string]float64) {
	s := r.Spec
	v["nodes"], v["miners"] = float64(len(r.members)), float64(len(r.miners))
	v["interval_s"] = s.Miners.Interval.Seconds()
	v["links"] = float64(len(r.graph.Edges))
	if l := s.Places.Latency; l.Law != "" && l.Law != "uniform" {
		v["latency_s"] = l.Mean.Seconds()
	} else if l.Law == "uniform" {
		v["latency_s"] = (l.Least.Seconds() + l.Most.Seconds()) / 2
	}
	squares := 0.0
	for i, m := range r.miners {
		squares += m.share * m.share
		if len(r.miners) <= namedMiners {
			v[fmt.Sprintf("power_share_%d", i+1)] = m.share
		}
	}
	v["power_squares"] = squares
	for i, f := range s.Faults {
		if f.For.Duration > 0 {
			v[fmt.Sprintf("fault_%d_s", i)] = f.For.Seconds()
		}
		over := slices.DeleteFunc(slices.Clone(r.ends[i]), func(end time.Duration) bool { return end > r.ended })
		v[fmt.Sprintf("fault_%d_times", i)] = float64(len(over))
	}
}

// measured are the blocks that count: found after the warm-up and before everything settled.
func (r *chainRun) measured() []*entry {
	return slices.DeleteFunc(slices.Clone(r.book.sorted()), func(e *entry) bool { return e.found < r.began || e.found > r.ended })
}

// mark says which blocks are not on the chain that most nodes follow at the end.
func (r *chainRun) mark(list []*entry) {
	tips := map[chain.BlockHash]int{}
	for _, m := range r.members {
		if tip, ok := m.tipNow(); ok && m.hostile == "" {
			tips[tip]++
		}
	}
	best := slices.MaxFunc(slices.Collect(maps.Keys(tips)), func(a, b chain.BlockHash) int {
		if tips[a] != tips[b] {
			return tips[a] - tips[b]
		}
		return slices.Compare(a[:], b[:])
	})
	onChain := map[chain.BlockHash]bool{}
	for e := r.book.find(best); e != nil; e = r.book.find(e.Parent) {
		onChain[e.Hash()] = true
	}
	for _, e := range list {
		e.stale = !onChain[e.Hash()]
	}
}

// chainValues are about blocks.
func (r *chainRun) chainValues(v map[string]float64, list []*entry, all *tally) {
	stale, contested := 0, 0
	rivals := map[chain.BlockHash]int{} // blocks by parent
	for _, e := range list {
		rivals[e.Parent]++
		if e.stale {
			stale++
		}
	}
	for _, e := range list {
		if !e.stale && rivals[e.Parent] > 1 {
			contested++
		}
	}
	n := float64(len(list))
	v["blocks"], v["blocks_stale"], v["blocks_chain"] = n, float64(stale), n-float64(stale)
	if n > 0 {
		v["stale_share"], v["chain_share"] = float64(stale)/n, 1-float64(stale)/n
		v["block_time_s"] = (r.ended - r.began).Seconds() / n
	}
	if chainLength := n - float64(stale); chainLength > 0 {
		v["fork_share"] = float64(contested) / chainLength
	}
	v["reorgs"], v["reorg_depth_most"] = float64(all.reorgs), float64(deepest(&all.depths))
	if all.reorgs > 0 {
		v["reorg_depth_mean"] = all.depths.Mean()
	}
	if k := r.Spec.Measure.Finality; k > 0 && n > 0 {
		v["final_undone_share"] = float64(all.undoneFinal) / (n * float64(len(r.members)))
	}
	v["blocks_refused"], v["transactions"], v["unpaid"] = float64(all.refused), float64(all.paid), float64(all.unpaid)
	included := 0
	for _, e := range list {
		if !e.stale {
			included += len(e.Transactions)
		}
	}
	v["transactions_chain"] = float64(included)
}

// deepest is the largest number that was counted, to within the width of its bucket.
func deepest(h *stats.Hist) float64 {
	if h.Count == 0 {
		return 0
	}
	return h.Quantile(1, 0)
}

// powerValues are about who found what.
func (r *chainRun) powerValues(v map[string]float64, list []*entry) {
	n := len(r.miners) + 1 // the raider is the last
	found, onChain, stale := make([]int, n), make([]int, n), make([]int, n)
	total := 0
	for _, e := range list {
		found[e.miner.number]++
		if e.stale {
			stale[e.miner.number]++
			continue
		}
		onChain[e.miner.number]++
		total++
	}
	for i, m := range r.miners {
		if total == 0 || len(r.miners) > namedMiners && m.honest() {
			continue
		}
		name := fmt.Sprint(i + 1)
		if !m.honest() {
			name = "attacker"
		}
		v["revenue_share_"+name] = float64(onChain[i]) / float64(total)
		v["stale_share_of_"+name] = float64(stale[i]) / float64(len(list))
		if found[i] > 0 {
			v["found_share_"+name] = float64(found[i]) / float64(len(list))
		}
	}
}

// timeValues are about the times between blocks: they should be exponential, and blocks in a spell Poisson.
func (r *chainRun) timeValues(v map[string]float64, list []*entry) {
	var gaps []float64
	last := r.began
	for _, e := range list {
		gaps = append(gaps, (e.found - last).Seconds())
		last = e.found
	}
	if len(gaps) < 2 {
		return
	}
	mean, deviation := stats.Mean(gaps)
	v["gap_mean_s"], v["gap_deviation_s"] = mean, deviation
	v["gap_deviation_over_mean"] = deviation / mean
	slices.Sort(gaps)
	t := r.Spec.Miners.Interval.Seconds()
	distance, chance := stats.Kolmogorov(gaps, func(x float64) float64 { return -math.Expm1(-x / t) })
	v["gap_distance"], v["gap_chance"] = distance, chance

	const spell = 4 // intervals
	counts := map[int64]float64{}
	spells := int64((r.ended - r.began) / (spell * r.Spec.Miners.Interval.Duration))
	for _, e := range list {
		if i := int64((e.found - r.began) / (spell * r.Spec.Miners.Interval.Duration)); i < spells {
			counts[i]++
		}
	}
	var all []float64
	for i := range spells {
		all = append(all, counts[i])
	}
	if len(all) > 1 {
		mean, deviation = stats.Mean(all)
		v["spell_mean"], v["spell_variance"] = mean, deviation*deviation
	}
}

// raceValues are about the races of a selfish miner's published blocks with those of others: gamma is the share of the honest
// blocks that end one and stand on the attacker's block.
func (r *chainRun) raceValues(v map[string]float64, list []*entry) {
	byParent := map[chain.BlockHash][]*entry{}
	for _, e := range list {
		byParent[e.Parent] = append(byParent[e.Parent], e)
	}
	races, followed := 0, 0
	for _, children := range byParent {
		var own, other bool
		for _, e := range children {
			own = own || !e.miner.honest() && e.shown
			other = other || e.miner.honest()
		}
		if !own || !other {
			continue
		}
		var first *entry // of the next height, honest
		for _, e := range children {
			for _, next := range byParent[e.Hash()] {
				if next.miner.honest() && (first == nil || next.found < first.found) {
					first = next
				}
				if !next.miner.honest() && (first == nil || next.found < first.found) {
					first = next
				}
			}
		}
		if first == nil || !first.miner.honest() {
			continue
		}
		races++
		if on := r.book.find(first.Parent); on != nil && !on.miner.honest() {
			followed++
		}
	}
	v["races"] = float64(races)
	if races > 0 {
		v["gamma"] = float64(followed) / float64(races)
	}
}

// eclipseValues count the honest nodes all of whose slots attackers have.
func (r *chainRun) eclipseValues(v map[string]float64) {
	evil := r.sybils()
	eclipsed, honest := 0, 0
	for i, m := range r.members {
		if evil[i] || m.node == nil {
			continue
		}
		honest++
		all := len(r.dials[i]) >= r.Spec.Attack.Slots
		peers := m.node.Peers()
		for _, to := range r.dials[i] {
			if !evil[to] && slices.Contains(peers, r.addrs[to]) {
				all = false
			}
		}
		if all {
			eclipsed++
		}
	}
	v["honest_nodes"], v["eclipsed"] = float64(honest), float64(eclipsed)
	if honest > 0 {
		v["eclipsed_share"] = float64(eclipsed) / float64(honest)
	}
}

// graphs are the links that there are at the end: measured if the experiment wants it, drawn if there are few.
func (r *chainRun) graphs(res *Result) {
	small := len(r.members) <= 400
	if !small && !r.Spec.Measure.Graph {
		return
	}
	index := r.indexes()
	g := &topology.Graph{Nodes: len(r.members)}
	seen := map[Link]bool{}
	for i, m := range r.members {
		if m.node == nil {
			continue
		}
		for _, peer := range m.node.Peers() {
			j, ok := index[peer]
			l := Link{int32(min(i, j)), int32(max(i, j))}
			if ok && i != j && !seen[l] {
				seen[l] = true
				g.Edges = append(g.Edges, topology.Edge{From: l[0], To: l[1]})
			}
		}
	}
	if r.Spec.Measure.Graph {
		links := res.Values["links"]
		graphValues(res.Values, topology.Measure(g))
		res.Values["links_at_start"] = links
	}
	if small {
		if len(r.places.Regions) > 1 {
			res.Regions = r.places.Regions
		}
		for _, e := range g.Edges {
			res.Links = append(res.Links, Link{e.From, e.To})
		}
		for i, m := range r.members {
			n := Node{Region: r.places.Region[i]}
			if m.miner != nil {
				n.Power = m.miner.share
			}
			res.Nodes = append(res.Nodes, n)
		}
	}
}
