package shrink

import (
	"slices"

	"strata/harness/lab"
	"strata/harness/sim"
	"strata/network"
)

// strands says whether to leave these choices out has dials fail that did not. Where connections are the layer's
// business, a dial that fails is another case than the one that broke: the node that is dialled stays.
func (k *shrinker) strands(choices []lab.Choice, without lab.Without) bool {
	if viewOf(k.scenario).near() == 0 || !slices.ContainsFunc(choices, of(lab.ClassNode)) {
		return false
	}
	if k.failing == nil {
		k.failing = k.refused(nil)
	}
	for addr := range k.refused(without) {
		if !k.failing[addr] {
			return true
		}
	}
	return false
}

// refused are the addresses of which dials fail in a run.
func (k *shrinker) refused(without lab.Without) map[network.Addr]bool {
	all := make(map[network.Addr]bool)
	k.runs++
	if k.opt.Started != nil {
		k.opt.Started()
	}
	lab.Run(k.scenario, lab.Options{Seed: k.seed, Without: without, MaxEvents: k.most, Trace: func(e sim.TraceEvent) {
		if e.Kind == sim.TraceRefuse {
			all[e.Peer] = true
		}
	}})
	return all
}
