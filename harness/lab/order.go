package lab

import (
	"fmt"

	"strata/harness/sim"
	"strata/harness/sim/pctcp"
	"strata/scenario"
)

// priorities draws whether priorities decide which message of several comes first: in an eighth of the
// seeds of a scenario whose messages may be delayed. No message is later than the jitter that the
// scenario allows for, and then nothing else delays it. It depends on keys of its own.
func (w *simWorld) priorities(f scenario.Faults) *sim.Order {
	if f.Jitter <= 0 || w.opt.Engine != sim.TotalOrder {
		return nil
	}
	d := drawer{seed: w.opt.Seed}
	r := d.key("order", 0)
	drawn := r.IntN(8) == 0
	if !drawn || !w.choices.keeps(ClassOrder, KeyOrder, 0, "the order by priorities, with messages up to %v late",
		f.Jitter) {
		return nil
	}
	key, depth := r.Uint64(), 2+r.IntN(3)
	without := make([]bool, depth)
	for n := 1; n < depth; n++ {
		key := fmt.Sprintf("demotion #%d", n)
		without[n] = !w.choices.keeps(ClassOrder, key, 0, "demotion %d of the order by priorities", n)
	}
	scheduler := pctcp.New(key, depth, func(n int) bool { return without[n] })
	var races []pctcp.Ready
	return &sim.Order{Slack: f.Jitter, Pick: func(ready []sim.Ready) int {
		w.asked++
		races = races[:0]
		for i := range ready {
			races = append(races, ready[i].Ready)
		}
		i := scheduler.First(races)
		if i > 0 {
			w.reordered++
		}
		return i
	}}
}
