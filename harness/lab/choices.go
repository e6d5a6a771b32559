package lab

import (
	"fmt"
	"slices"
	"time"

	"strata/harness/sim"
	"strata/network"
	"strata/scenario"
)

// Choice is one thing in a run that can be left out, by its key: all others stay as they are.
// Without all of its choices a run is the benign one.
type Choice struct {
	Key   string
	Class Class
	Text  string        // what it is, such as "the crash of 10.0.0.2 for 1s at 2s"
	At    time.Duration // when it acts; 0 if it acts all along
}

// Class is a kind of choice.
type Class string

// The keys of the choices of which a run has one at most.
const (
	KeyJitter   = "jitter"
	KeyFragment = "fragment"
	KeyOrder    = "order" // priorities decide which message comes first; without it the delays do, as in most runs
)

// The classes, and what a run without a choice of them is like. A fault's kind is the class of a fault.
const (
	ClassJitter   Class = KeyJitter   // every piece takes its link's latency
	ClassFragment Class = KeyFragment // pieces arrive as they were sent
	ClassOrder    Class = KeyOrder    // messages come as they are due; also of the demotions of that order
	ClassNode     Class = "node"      // nobody is there
	ClassWork     Class = "work"      // nothing is done
	ClassLength   Class = "length"    // the fault lasts an eighth as long
)

// Fault says whether the choice is one thing that goes wrong.
func (c Choice) Fault() bool {
	_, ok := scenario.FaultKind(c.Class).Nature()
	return ok
}

// Without is a set of keys.
type Without map[string]bool

// With is a copy of the set with more keys.
func (w Without) With(keys ...string) Without {
	more := make(Without, len(w)+len(keys))
	for k := range w {
		more[k] = true
	}
	for _, k := range keys {
		more[k] = true
	}
	return more
}

// choices numbers what may be left out while a world is built, and lists it if it is asked to.
type choices struct {
	without Without
	counts  map[string]int
	told    func(Choice) // nil: nobody asks
}

// keeps offers a choice, which acts from at on, and says whether it stays.
func (c *choices) keeps(class Class, key string, at time.Duration, format string, args ...any) bool {
	if c.told != nil {
		c.told(Choice{Key: key, Class: class, Text: fmt.Sprintf(format, args...), At: at})
	}
	return !c.without[key]
}

// key makes a name unique by counting those that are the same.
func (c *choices) key(name string) string {
	if c.counts == nil {
		c.counts = make(map[string]int)
	}
	c.counts[name]++
	return fmt.Sprintf("%s #%d", name, c.counts[name])
}

// shorter is what a fault's length is divided by when its length is left out.
const shorter = 8

// faults leaves out what is not wanted of some faults. A fault's key is where it comes from, its
// kind and its number among those of that kind.
func (c *choices) faults(from string, faults ...scenario.Fault) []scenario.Fault {
	var kept []scenario.Fault
	for _, f := range faults {
		key, at := c.key(from+string(f.Kind)), scenario.Round(f.At)
		if !c.keeps(Class(f.Kind), key, f.At, "the %v at %v", f, at) {
			continue
		}
		if f.For >= shorter && !c.keeps(ClassLength, key+" length", f.At, "the length of the %v at %v", f, at) {
			f.For /= shorter
		}
		kept = append(kept, f)
	}
	return kept
}

// conditions leaves out jitter and fragmentation.
func (c *choices) conditions(f scenario.Faults) scenario.Faults {
	if f.Jitter > 0 && !c.keeps(ClassJitter, KeyJitter, 0, "the jitter of up to %v", f.Jitter) {
		f.Jitter = 0
	}
	if f.Fragment && !c.keeps(ClassFragment, KeyFragment, 0, "the splitting and joining of pieces") {
		f.Fragment = false
	}
	return f
}

// node says whether the node stays.
func (c *choices) node(addr network.Addr) bool {
	return c.keeps(ClassNode, "node "+string(addr), 0, "the node %s", scenario.Name(addr))
}

// work says whether an item of work stays.
func (c *choices) work(at time.Duration, node network.Addr, what string) bool {
	if c.told == nil && len(c.without) == 0 { // most runs have much work, and nobody asks
		return true
	}
	key := c.key(fmt.Sprintf("work %v %s %s", at, node, what))
	return c.keeps(ClassWork, key, at, "the action %q of %s at %v", what, scenario.Name(node), scenario.Round(at))
}

// Choices lists what can be left out of the run of that seed. Setup runs, but no node.
func Choices(s scenario.Scenario, seed uint64) (all []Choice) {
	w := &simWorld{scenario: s, opt: Options{Seed: seed}}
	w.choices.told = func(c Choice) { all = append(all, c) }
	defer func() {
		if recover() != nil { // Setup panics: then Run does so as well, and says why
			all = nil
		}
	}()
	if w.build() != nil {
		return nil
	}
	return all
}

// redraw replaces the faults that begin at or after r.At by those of another future. Each is drawn
// again until it begins there too, so that the futures are as likely as the seeds are.
func redraw(drawn []scenario.Fault, f scenario.Faults, r sim.Rekey, nodes []network.Addr) []scenario.Fault {
	if r.Seed == 0 {
		return drawn
	}
	left := len(slices.DeleteFunc(slices.Clone(drawn), func(f scenario.Fault) bool { return f.At < r.At }))
	drawn = slices.Clone(drawn)
	done := make([]bool, len(drawn))
	const tries = 64
	for try := uint64(0); try < tries && left > 0; try++ {
		other := draw(f, r.Seed*tries+try, nodes)
		if len(other) != len(drawn) {
			continue
		}
		for i := range drawn {
			if !done[i] && drawn[i].At >= r.At && other[i].At >= r.At {
				drawn[i], done[i] = other[i], true
				left--
			}
		}
	}
	return drawn
}
