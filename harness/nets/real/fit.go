package real

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"strata/harness/nets/run"
	"strata/harness/nets/spec"
	"strata/scenario"
)

// Config of a run with processes.
type Config struct {
	Job     run.Job
	Program []string  // that serves one node (Serve), with its arguments
	Loss    float64   // the share of packets that the router loses
	Log     io.Writer // what the router has to say

	// Congestion is how TCP controls its congestion, by the kernel's name of it; "" means Reno.
	Congestion string
}

// Reno is the congestion control that every Linux has. It sends what it may at once, so that what a node writes to several
// peers leaves one after the other, as in the simulator; bbr spreads it out.
const Reno = "reno"

// Outcome is what came of a run with processes.
type Outcome struct {
	Result *run.Result
	Routed Stats
}

// Bounds of what is run with processes.
const (
	MostNodes     = 50
	leastInterval = 500 * time.Millisecond // between blocks: with less, a machine is busy with starting and waking processes
	mostWarmup    = 10 * time.Second
	mostSettle    = 10 * time.Second
	leastUpkeep   = time.Second
	leastRoom     = 5 * time.Second // for blocks
)

// kinds are the faults that there can be with processes: those of links are the router's, the others signals.
var kinds = []scenario.FaultKind{scenario.Partition, scenario.Cut, scenario.Stall, scenario.Delay, scenario.Slow, scenario.Pause,
	scenario.Leave}

// Fit makes an experiment ready to be run with processes, and in the simulator beside them: the time line is shortened until
// the run takes no longer than so. Latencies and bandwidths stay as they are. by is how much shorter intervals and faults
// are; 1 if they are not. Errors: so little time is not enough; spec.Mistakes, with everything in the file that cannot be real.
func Fit(f *spec.File, s spec.Spec, within time.Duration) (fitted spec.Spec, by float64, err error) {
	s = s.Complete()
	faults := refusals(s)
	s.Run.For.Duration, s.Run.Until.Duration = max(s.Run.For.Duration, s.Run.Until.Duration), 0 // both settle here
	warmup, settle := min(s.Run.Warmup.Duration, mostWarmup), min(s.Run.Settle.Duration, mostSettle)
	span, room := s.Run.For.Duration-s.Run.Warmup.Duration, within-warmup-settle
	key := "run.for"
	if s.Run.For.Duration == 0 {
		span, key = time.Duration(s.Run.Blocks)*s.Miners.Interval.Duration, "run.blocks"
	}
	if room < leastRoom {
		return s, 1, fmt.Errorf("%v is too short: links take %v to be made and blocks %v to settle: want at least %v",
			within, warmup, settle, warmup+settle+leastRoom)
	}
	if by = 1; span > room {
		by = float64(room) / float64(span)
	}
	shorter := func(d spec.Duration) spec.Duration {
		return spec.Duration{Duration: time.Duration(float64(d.Duration) * by)}
	}
	before := s.Run.Warmup
	s.Run.Warmup.Duration, s.Run.Settle.Duration = warmup, settle
	s.Run.Blocks, s.Run.For.Duration = 0, warmup+time.Duration(float64(span)*by)
	s.Miners.Interval = shorter(s.Miners.Interval)
	s.Network.Maintenance.Duration = min(s.Network.Maintenance.Duration, max(shorter(s.Network.Maintenance).Duration, leastUpkeep))
	s.Faults = slices.Clone(s.Faults)
	for i := range s.Faults {
		e := &s.Faults[i]
		if e.At.Duration > before.Duration {
			e.At.Duration = warmup + shorter(spec.Duration{Duration: e.At.Duration - before.Duration}).Duration
		}
		e.For, e.Every = shorter(e.For), shorter(e.Every)
	}
	if s.Miners.Interval.Duration < leastInterval {
		faults = append(faults, refusal{key, fmt.Sprintf("in %v there would be a block every %v, and processes want %v: take fewer blocks, or more time",
			within, s.Miners.Interval.Duration.Round(time.Millisecond), leastInterval)})
	}
	return s, by, mistakes(f, faults)
}

// refusal is something in a file that cannot be real.
type refusal struct{ path, text string }

// refusals lists all of them.
func refusals(s spec.Spec) (all []refusal) {
	refuse := func(bad bool, path, format string, args ...any) {
		if bad {
			all = append(all, refusal{path, fmt.Sprintf(format, args...)})
		}
	}
	refuse(s.Run.Protocol != "chain", "run.protocol", "%q is for the simulator: processes run whole nodes, a chain", s.Run.Protocol)
	refuse(s.Network.Nodes > MostNodes, "network.nodes", "%d processes are too many for one machine: want %d at most", s.Network.Nodes, MostNodes)
	refuse(s.Network.Nodes == 1, "network.nodes", "one node has nobody to tell: want two or more")
	refuse(s.Attack.Kind != "", "attack.kind", "an attacker sees the whole network at once, which a process cannot: leave [attack] out")
	refuse(len(s.Raids) > 0, "raid", "an attacker sees the whole network at once, which a process cannot: leave every [[raid]] out")
	refuse(s.Churn.Share > 0, "churn.share", "nodes come and go in the simulator only: leave [churn] out, or have them leave by a [[fault]]")
	var names []string
	for _, k := range kinds {
		names = append(names, string(k))
	}
	for i, f := range s.Faults {
		refuse(!slices.Contains(kinds, scenario.FaultKind(f.Kind)), fmt.Sprintf("fault.%d.kind", i),
			"%s happens in the simulator only: want %s", f.Kind, strings.Join(names, ", "))
	}
	return all
}

// mistakes says where in the file they are.
func mistakes(f *spec.File, all []refusal) error {
	var m spec.Mistakes
	for _, r := range all {
		m = append(m, spec.Mistake{File: f.Name, At: f.Where.Of(r.path), Path: r.path, Text: r.text})
	}
	if len(m) == 0 {
		return nil
	}
	slices.SortStableFunc(m, func(a, b spec.Mistake) int {
		return cmp.Or(cmp.Compare(a.At.Line, b.At.Line), cmp.Compare(a.At.Column, b.At.Column))
	})
	return m
}
