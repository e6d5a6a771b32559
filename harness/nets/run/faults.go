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
	end := max(r.Spec.Run.For.Duration, r.Spec.Run.Until.Duration)
	if end == 0 {
		end = r.Spec.Run.Warmup.Duration + 2*time.Duration(r.Spec.Run.Blocks)*r.Spec.Miners.Interval.Duration
	}
	count, strikes := 0, 0
	r.ends = make([][]time.Duration, len(r.Spec.Faults))
	r.numbers = make([]int, len(r.Spec.Faults))
	for i, f := range r.Spec.Faults {
		for at, round := f.At.Duration, 0; at <= end; at, round = at+f.Every.Duration, round+1 {
			struck, err := r.struck(f, i, round)
			if err != nil {
				return err
			}
			if count, strikes = count+1, strikes+len(struck); count > mostFaults || strikes > mostStrikes {
				return fmt.Errorf("fault.%d: more than %d faults, or %d nodes struck, until %v: let them come less often", i, mostFaults, mostStrikes, end)
			}
			if fault, any := r.fault(f, at, struck); any {
				r.numbers[i] = r.injected
				r.injected++
				inject(fault)
				if f.Kind == "partition" || f.Kind == "cut" {
					r.heals = append(r.heals, at+f.For.Duration)
				}
			}
			r.ends[i] = append(r.ends[i], at+f.For.Duration)
			if f.Every.Duration == 0 {
				break
			}
		}
	}
	return nil
}

// fault is the simulator's, unless it strikes nobody, or is between those that it strikes and others that there are not.
func (r *chainRun) fault(f spec.Fault, at time.Duration, struck []network.Addr) (fault scenario.Fault, any bool) {
	n, _ := scenario.FaultKind(f.Kind).Nature()
	if len(struck) == 0 || len(struck) == len(r.addrs) && n.Strikes != scenario.Nodes {
		return fault, false
	}
	return scenario.Fault{Kind: scenario.FaultKind(f.Kind), At: at, For: f.For.Duration, A: struck, By: f.By.Duration,
		Rate: f.Rate.BitsPerSecond / 8, Wipe: f.Wipe}, true
}

// struck are the nodes that a fault strikes: those that it names or those of its regions, or its share of all nodes, or of the hash power with as
// many of the other nodes. Each time it comes again others are drawn.
func (r *chainRun) struck(f spec.Fault, number, round int) (struck []network.Addr, err error) {
	for _, node := range f.Nodes {
		if node >= len(r.addrs) {
			return nil, fmt.Errorf("fault.%d.nodes: %d: there are %d nodes, counted from 0", number, node, len(r.addrs))
		}
		struck = append(struck, r.addrs[node])
	}
	if len(f.Nodes) > 0 {
		return struck, nil
	}
	if len(f.Regions) > 0 {
		for i, region := range r.places.Region {
			for _, name := range f.Regions {
				if r.places.Regions[region] == name {
					struck = append(struck, r.addrs[i])
				}
			}
		}
		return struck, nil
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
	return struck, nil
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
