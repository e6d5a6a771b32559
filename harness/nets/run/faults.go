package run

import (
	"fmt"
	"time"

	"strata/harness/nets/places"
	"strata/harness/nets/spec"
	"strata/network"
	"strata/scenario"
)

// mostFaults is how many single faults an experiment may come to.
const mostFaults = 100_000

// mostStrikes is at how many nodes they may strike, all together.
const mostStrikes = 50_000_000

// faults schedules what goes wrong: each fault is injected by the function.
func (r *chainRun) faults(inject func(scenario.Fault)) error {
	end := r.Spec.Run.For.Duration
	if end == 0 {
		end = r.Spec.Run.Warmup.Duration + 2*time.Duration(r.Spec.Run.Blocks)*r.Spec.Miners.Interval.Duration
	}
	count, strikes := 0, 0
	r.ends = make([][]time.Duration, len(r.Spec.Faults))
	for i, f := range r.Spec.Faults {
		for at := f.At.Duration; at <= end; at += f.Every.Duration {
			struck := r.struck(f, i, count)
			if count, strikes = count+1, strikes+len(struck); count > mostFaults || strikes > mostStrikes {
				return fmt.Errorf("fault.%d: more than %d faults, or %d nodes struck, until %v: let them come less often", i, mostFaults, mostStrikes, end)
			}
			r.strike(f, at, struck, inject)
			r.ends[i] = append(r.ends[i], at+f.For.Duration)
			if f.Every.Duration == 0 {
				break
			}
		}
	}
	return nil
}

// strike has a fault strike those nodes, if it can.
func (r *chainRun) strike(f spec.Fault, at time.Duration, struck []network.Addr, inject func(scenario.Fault)) {
	if len(struck) == 0 || len(struck) == len(r.addrs) && f.Kind == "partition" {
		return
	}
	inject(scenario.Fault{Kind: scenario.FaultKind(f.Kind), At: at, For: f.For.Duration, A: struck, By: f.By.Duration,
		Rate: f.Rate.BitsPerSecond / 8, Wipe: f.Wipe})
	if f.Kind == "partition" || f.Kind == "cut" {
		r.heals = append(r.heals, at+f.For.Duration)
	}
}

// struck are the nodes that a fault strikes: those of its regions, or its share of all nodes, or of the hash power with as
// many of the other nodes. Each time it comes again others are drawn.
func (r *chainRun) struck(f spec.Fault, number, round int) (struck []network.Addr) {
	if len(f.Regions) > 0 {
		for i, region := range r.places.Region {
			for _, name := range f.Regions {
				if r.places.Regions[region] == name {
					struck = append(struck, r.addrs[i])
				}
			}
		}
		return struck
	}
	purpose := keyed(forFault, uint64(number), uint64(round))
	chosen := places.Divide(len(r.members), []float64{float64(f.Share), 1 - float64(f.Share)}, r.Seed, purpose)
	if f.Of == "hash power" {
		r.byPower(f, chosen, purpose)
	}
	for i, side := range chosen {
		if side == 0 {
			struck = append(struck, r.addrs[i])
		}
	}
	return struck
}

// byPower chooses miners until they have the fault's share of the hash power, as nearly as whole miners can.
func (r *chainRun) byPower(f spec.Fault, chosen []int, purpose uint64) {
	order := make([]int, len(r.miners))
	for i := range order {
		order[i] = i
	}
	places.Shuffle(len(order), r.Seed, purpose, func(a, b int) { order[a], order[b] = order[b], order[a] })
	power := 0.0
	for _, i := range order {
		m := r.miners[i]
		chosen[m.index] = 1
		if power+m.share <= float64(f.Share)+1e-9 {
			power += m.share
			chosen[m.index] = 0
		}
	}
}

// neighbour is one of the nodes that a node is linked with.
func (r *chainRun) neighbour(node int) int32 { return r.around.Of(int32(node))[0] }
