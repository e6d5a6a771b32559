package spec

import (
	"fmt"
	"slices"
	"time"
)

// Complete returns the experiment with its defaults filled in. It was checked before.
func (s Spec) Complete() Spec {
	c := s.clone()
	span := func(d *Duration, value time.Duration) {
		if d.Duration == 0 {
			d.Duration = value
		}
	}
	count := func(n *int, value int) {
		if *n == 0 {
			*n = value
		}
	}
	count(&c.Run.Seeds, 10)
	if c.Run.First == 0 {
		c.Run.First = 1
	}
	if c.Run.Engine == "" {
		c.Run.Engine = "windows"
	}
	if c.Network.Stack == "" {
		c.Network.Stack = "solutions"
	}
	if c.Places.Regions == "" && c.Places.Latency.Law == "" {
		c.Places.Latency = Law{
			Law:   "uniform",
			Least: Duration{20 * time.Millisecond},
			Most:  Duration{150 * time.Millisecond},
		}
	}
	floor := 5 * time.Millisecond
	if l := c.Places.Latency; l.Law == "constant" {
		floor = l.Mean.Duration
	} else if l.Law == "uniform" {
		floor = max(floor, l.Least.Duration)
	}
	span(&c.Places.Floor, min(floor, 4*time.Second))
	c.completeLedger()
	span(&c.Network.Maintenance, time.Minute)
	span(&c.Miners.Interval, 600*time.Second)
	span(&c.Run.Warmup, 30*time.Second)
	count(&c.Network.MaxBlock, 10)
	count(&c.Attack.GiveUp, 30)
	for i := range c.Raids {
		count(&c.Raids[i].GiveUp, 30)
	}
	if c.Traffic.Size.Bytes == 0 {
		c.Traffic.Size.Bytes = 100
	}
	span(&c.Traffic.Round, time.Second)
	span(&c.Traffic.Gap, 20*time.Second)
	if c.Run.Settle.Duration == 0 {
		c.Run.Settle.Duration = 30 * time.Second
	}
	for i := range c.Expect {
		if e := &c.Expect[i]; e.MaxZ == 0 {
			e.MaxZ = 4
		}
		if e := &c.Expect[i]; e.Name == "" {
			e.Name = e.Measure
		}
	}
	for i := range c.Network.Parts {
		if p := &c.Network.Parts[i]; p.Name == "" {
			p.Name = fmt.Sprintf("part%d", i+1)
		}
	}
	return c
}

// StackNames lists whose layers the experiment runs.
func (s Spec) StackNames() (names []string) {
	names = append(names, s.Complete().Network.Stack)
	for _, p := range s.Network.Parts {
		if p.Stack != "" {
			names = append(names, p.Stack)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Shorten is the short form of the experiment. Error: ErrKey.
func (s *Spec) Shorten() error {
	for _, r := range s.Short {
		if err := s.SetTo(r.Key, r.Value); err != nil {
			return fmt.Errorf("[[short]]: %w", err)
		}
	}
	return nil
}

// Essence is the part of a point that decides what its runs are, without what is said about it: two points with one
// essence have the same runs.
func (s Spec) Essence() Spec {
	e := s.Complete()
	e.Title, e.Question, e.Page = "", "", ""
	e.Sweep, e.Expect, e.Plots, e.Short = Sweep{}, nil, nil, nil
	e.Run.Seeds, e.Run.First, e.Run.Most, e.Run.StopAt, e.Run.StopOn, e.Run.Workers = 0, 0, 0, 0, "", 0
	return e
}
