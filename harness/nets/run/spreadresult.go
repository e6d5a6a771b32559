package run

import (
	"math"
	"slices"

	"strata/harness/nets/places"
	"strata/harness/nets/stats"
	"strata/network"
)

// spreadValues are about how blocks and transactions reach the nodes.
func (r *chainRun) spreadValues(res *Result, all *tally) {
	v := res.Values
	if len(r.book.curves) > 0 {
		c := Curve{Name: "blocks"}
		for i, q := range quantiles {
			var at []float64
			for _, times := range r.book.curves {
				at = append(at, times[i])
			}
			slices.Sort(at)
			if t := stats.Quantile(at, 0.5); !math.IsInf(t, 0) && !math.IsNaN(t) {
				c.Q, c.Times = append(c.Q, q), append(c.Times, t)
			}
		}
		res.Curves = append(res.Curves, c)
		for _, q := range []struct {
			name  string
			share float64
		}{{"block_q50_s", .5}, {"block_q90_s", .9}, {"block_q95_s", .95}, {"block_q99_s", .99}} {
			if i := slices.Index(c.Q, q.share); i >= 0 {
				v[q.name] = c.Times[i]
			}
		}
		if q50, ok := v["block_q50_s"]; ok && q50 > 0 && v["block_q95_s"] > 0 {
			v["block_q95_over_q50"] = v["block_q95_s"] / q50
		}
	}
	if all.spread.Count > 0 {
		c := Curve{Name: "transactions"}
		for _, q := range quantiles {
			c.Q, c.Times = append(c.Q, q), append(c.Times, all.spread.Quantile(q, 0)/1e6)
		}
		res.Curves = append(res.Curves, c)
		v["transaction_q50_s"], v["transaction_q90_s"] = all.spread.Quantile(.5, 0)/1e6, all.spread.Quantile(.9, 0)/1e6
	}
	r.blindValues(v)
	r.hopValues(v, all)
}

// blindValues are about the hash power that has not heard of a block: the integral of its share over time.
func (r *chainRun) blindValues(v map[string]float64) {
	sum, blocks := 0.0, 0
	for _, e := range r.measured() {
		if !e.miner.honest() {
			continue
		}
		var blind, heard uint64
		for i := range e.blind {
			blind += e.blind[i]
			heard += e.heard[i]
		}
		sum += float64(blind) / 1e15
		blocks++
	}
	if blocks > 0 {
		v["blind_s"] = sum / float64(blocks)
	}
}

// hopValues are about how many nodes a block passed through.
func (r *chainRun) hopValues(v map[string]float64, all *tally) {
	var count, sum, most uint64
	for hops, n := range all.hops {
		count += n
		sum += uint64(hops) * n
		if n > 0 {
			most = uint64(hops)
		}
	}
	if count > 0 {
		v["hops_mean"], v["hops_most"] = float64(sum)/float64(count), float64(most)
	}
}

// messageValues are about what is sent.
func (r *chainRun) messageValues(v map[string]float64, all *tally, wire uint64) {
	var payloads uint64
	for c, n := range all.messages {
		v[classNames[c]+"_messages"], v[classNames[c]+"_bytes"] = float64(n), float64(all.bytes[c])
		payloads += all.bytes[c]
	}
	v["wire_bytes"] = float64(wire)
	v["framing_bytes"] = float64(wire) - float64(payloads)
	if n := v["blocks"]; n > 0 && len(r.members) > 1 {
		v["block_redundancy"] = v["block_messages"] / (n * float64(len(r.members)-1))
	}
}

// indexes are the nodes by address.
func (r *chainRun) indexes() map[network.Addr]int {
	index := make(map[network.Addr]int, len(r.addrs))
	for i, addr := range r.addrs {
		index[addr] = i
	}
	return index
}

// sybils are the nodes whose addresses an eclipse attacker owns.
func (r *chainRun) sybils() []bool {
	share := float64(r.Spec.Attack.Share)
	chosen := places.Divide(len(r.members), []float64{share, 1 - share}, r.Seed, forAttack)
	evil := make([]bool, len(chosen))
	for i, side := range chosen {
		evil[i] = side == 0
	}
	return evil
}

// mostForks is how many blocks a time line has.
const mostForks = 40

// forks are the blocks around the first fork, or the first blocks if there is none.
func (r *chainRun) forks(list []*entry) (all []Fork) {
	from := 0
	for i, e := range list {
		if e.stale {
			from = max(0, i-mostForks/4)
			break
		}
	}
	for _, e := range list[from:min(from+mostForks, len(list))] {
		all = append(all, Fork{ID: e.Hash().String()[:16], Parent: e.Parent.String()[:16], Number: e.Number,
			Found: e.found.Seconds(), Miner: e.miner.number, Stale: e.stale})
	}
	return all
}
