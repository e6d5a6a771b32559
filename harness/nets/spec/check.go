package spec

import (
	"cmp"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"time"
)

// Check says everything that cannot be in the experiment, and in each point of its sweep up to the first that has
// something. Error: Mistakes, in the order of the file.
func (f *File) Check() error {
	all := f.at(f.Spec.check(f.Sweep.Axes))
	if len(all) == 0 {
		points, err := f.Points()
		if err != nil {
			return Mistakes{{f.Name, f.Where.Of("sweep"), "", err.Error()}}
		}
		for i := range min(points.Len(), 10_000) {
			p := points.At(i)
			if found := f.at(p.Spec.check(f.Sweep.Axes)); len(found) > 0 {
				for j := range found {
					found[j].Text += " (at the sweep's point " + p.String() + ")"
				}
				return found
			}
		}
		return nil
	}
	return all
}

// String is what is varied, at this point.
func (p Point) String() string {
	var parts []string
	for _, v := range p.Values {
		parts = append(parts, v.As+" = "+v.Text)
	}
	if len(parts) == 0 {
		return "without a sweep"
	}
	return strings.Join(parts, ", ")
}

// at adds the places to what was found, and brings it into the order of the file.
func (f *File) at(found []found) Mistakes {
	var all Mistakes
	for _, m := range found {
		all = append(all, Mistake{f.Name, f.Where.Of(m.path), m.path, m.text})
	}
	slices.SortStableFunc(all, func(a, b Mistake) int {
		return cmp.Or(cmp.Compare(a.At.Line, b.At.Line), cmp.Compare(a.At.Column, b.At.Column))
	})
	return all
}

// found is one thing that cannot be.
type found struct{ path, text string }

// checker collects what cannot be.
type checker struct {
	*Spec
	axes  []Axis // of the whole experiment; a point has none of its own
	found []found
}

func (c *checker) refuse(bad bool, path, format string, args ...any) {
	if bad {
		c.found = append(c.found, found{path, fmt.Sprintf(format, args...)})
	}
}

// check looks at everything that can be seen without other files. The axes are those of the whole experiment.
func (s *Spec) check(axes []Axis) []found {
	c := &checker{Spec: s, axes: axes}
	c.tags(reflect.ValueOf(s).Elem(), "")
	c.refuse(s.Run.Protocol == "", "run.protocol", "missing: want chain, flood, push, forward, graph or ledger")
	c.network()
	c.places()
	c.run()
	switch s.Run.Protocol {
	case "chain":
		c.miners()
		c.attack()
		c.raids()
	case "ledger":
		c.ledger()
	case "flood", "push", "forward":
		c.refuse(s.Traffic.Messages < 1, "traffic.messages", "%s wants messages: say how many", s.Run.Protocol)
		c.refuse(
			s.Run.Protocol == "forward" && s.Traffic.Fanout < 1,
			"traffic.fanout",
			"forward wants a fanout: to how many each passes a message on",
		)
		c.refuse(s.Network.Nodes < 2, "network.nodes", "want two or more")
	}
	c.faults()
	c.sweep()
	c.expectations()
	return c.found
}

// tags checks what the tags of the structs say: names out of a list, and ranges.
func (c *checker) tags(v reflect.Value, path string) {
	t := v.Type()
	switch {
	case t.Kind() == reflect.Slice && isTable(t.Elem()):
		for i := range v.Len() {
			c.tags(v.Index(i), fmt.Sprintf("%s.%d", path, i))
		}
	case isTable(t):
		for i := range t.NumField() {
			field := t.Field(i)
			below := strings.TrimPrefix(path+"."+field.Tag.Get("toml"), ".")
			c.tag(field, v.Field(i), below)
			c.only(field, v.Field(i), below, "for", "run.protocol", c.Run.Protocol)
			if kind := v.FieldByName("Kind"); kind.IsValid() {
				c.only(field, v.Field(i), below, "kinds", strings.TrimPrefix(path+".kind", "."), kind.String())
			}
			c.tags(v.Field(i), below)
		}
	case t == reflect.TypeFor[Share]():
		c.refuse(!(v.Float() >= 0 && v.Float() <= 1), path, "%v: want 0 to 1, or 0 %% to 100 %%", v.Float())
	}
}

// only refuses a value that would change nothing: its tag lists for which values of another key it means something. Where
// that other key is varied, both may stand in the file.
func (c *checker) only(field reflect.StructField, v reflect.Value, path, tag, key, is string) {
	all := field.Tag.Get(tag)
	given := !v.IsZero() && !(v.Kind() == reflect.Slice && v.Len() == 0)
	if all == "" || !given || is == "" || slices.Contains(strings.Split(all, ","), is) {
		return
	}
	varied := c.varies(key)
	c.refuse(!varied, path, "means nothing with %s = %q, only with %s: leave it out", key, is, strings.ReplaceAll(all, ",", ", "))
}

func (c *checker) tag(field reflect.StructField, v reflect.Value, path string) {
	if enum := field.Tag.Get("enum"); enum != "" && v.String() != "" {
		all := strings.Split(enum, ",")
		c.refuse(
			!slices.Contains(all, v.String()),
			path,
			"unknown %s %q%s",
			field.Tag.Get("toml"),
			v.String(),
			insteadOf(v.String(), all),
		)
	}
	if least := field.Tag.Get("least"); least != "" {
		low, high := limits(field)
		n := v.Int()
		c.refuse(n < low || n > high, path, "%d: want %d to %d", n, low, high)
	}
}

// limits are the ends of a whole number's range.
func limits(field reflect.StructField) (low, high int64) {
	high = math.MaxInt64
	_, _ = fmt.Sscan(field.Tag.Get("least"), &low) // a test reads all tags
	_, _ = fmt.Sscan(field.Tag.Get("most"), &high)
	return low, high
}

func (c *checker) network() {
	n := c.Network
	t := n.Topology
	c.refuse(n.Nodes == 0 && t.File == "", "network.nodes", "missing: how many nodes?")
	switch {
	case t.File != "":
		c.refuse(n.Nodes != 0, "network.nodes", "the file says how many there are: leave this out")
		c.refuse(t.Kind != "", "network.topology.kind", "a file says who dials whom already: leave one of them out")
	case t.Kind == "":
		c.refuse(true, "network.topology", "missing: want a kind, as in { kind = \"dials\", dials = 4 }, or a file")
	case n.Nodes > 0:
		if err := n.Graph().Check(); err != nil {
			c.refuse(true, "network.topology", "%v", err)
		}
	}
	sum := Share(0)
	for i, p := range n.Parts {
		path := fmt.Sprintf("network.part.%d", i)
		sum += p.Share
		c.refuse(p.Share == 0, path+".share", "missing: how many nodes are like this?")
		c.refuse(p.Stack == "" && p.Member == "", path, "want a stack or a member: otherwise it is like all others")
		c.refuse(
			p.Stack != "" && p.Member != "",
			path+".member",
			"a hostile member brings its own code: leave the stack out",
		)
	}
	c.refuse(sum > 1.000001, "network.part", "the shares add up to %.6g: want 1 at most", float64(sum))
}

// sumsToOne says whether shares are a whole.
func sumsToOne(sum float64) bool { return math.Abs(sum-1) < 1e-3 }

func (c *checker) places() {
	p := c.Places
	c.law(p.Latency, "places.latency")
	c.law(p.Jitter, "places.jitter")
	c.refuse(
		p.Regions != "" && p.Latency.Law != "",
		"places.latency",
		"the regions say how far apart nodes are: leave one of them out",
	)
	c.refuse(p.Shares != "" && p.Regions == "", "places.shares", "shares of what? Give regions too")
	c.refuse(
		p.Bandwidth != "" && p.Regions == "",
		"places.bandwidth",
		"bandwidth goes by region: give regions too, or use classes",
	)
	c.refuse(
		p.Bandwidth != "" && len(p.Classes) > 0,
		"places.class",
		"the regions say what nodes can send: leave one of them out",
	)
	c.refuse(p.Floor.Duration > 4*time.Second, "places.floor", "%v: want 4s at most", p.Floor)
	sum := Share(0)
	for i, class := range p.Classes {
		sum += class.Share
		path := fmt.Sprintf("places.class.%d.", i)
		c.refuse(
			class.Up.BitsPerSecond > 0 && class.Up.BitsPerSecond < 1000,
			path+"up",
			"%v: want 1 kbit/s or more",
			class.Up,
		)
		c.refuse(
			class.Down.BitsPerSecond > 0 && class.Down.BitsPerSecond < 1000,
			path+"down",
			"%v: want 1 kbit/s or more",
			class.Down,
		)
	}
	c.refuse(
		len(p.Classes) > 0 && !sumsToOne(float64(sum)),
		"places.class",
		"the shares add up to %.6g: want 1",
		float64(sum),
	)
}

// law says what a distribution lacks.
func (c *checker) law(l Law, path string) {
	switch l.Law {
	case "":
		c.refuse(l != Law{}, path+".law", "missing: want constant, uniform, exponential, weibull, pareto or lognormal")
	case "uniform":
		c.refuse(
			l.Most.Duration < l.Least.Duration || l.Most.Duration == 0,
			path+".most",
			"%v: want more than least, %v",
			l.Most,
			l.Least,
		)
		c.refuse(l.Mean.Duration != 0, path+".mean", "a uniform law has least and most: its mean is in the middle")
	default:
		c.refuse(l.Mean.Duration <= 0, path+".mean", "missing: a %s law has a mean", l.Law)
		shaped := l.Law == "weibull" || l.Law == "pareto" || l.Law == "lognormal"
		c.refuse(shaped && !(l.Shape > 0), path+".shape", "missing: a %s law has a shape above 0", l.Law)
		c.refuse(
			l.Law == "pareto" && l.Shape > 0 && l.Shape <= 1,
			path+".shape",
			"%v: a pareto law with a shape of 1 or less has no mean",
			l.Shape,
		)
		c.refuse(!shaped && l.Shape != 0, path+".shape", "a %s law has no shape", l.Law)
		c.refuse(
			l.Most.Duration != 0 && l.Most.Duration < l.Least.Duration,
			path+".most",
			"%v: want more than least, %v",
			l.Most,
			l.Least,
		)
	}
}

func (c *checker) run() {
	r := c.Run
	c.refuse(
		r.Protocol == "chain" && r.Blocks == 0 && r.For.Duration == 0 && r.Until.Duration == 0,
		"run.blocks",
		"missing: a chain ends after so many blocks, or some time (for)",
	)
	c.refuse(
		r.Until.Duration > 0 && (r.Blocks > 0 || r.For.Duration > 0 || r.Settle.Duration > 0),
		"run.until",
		"a run that breaks off has no blocks, for or settle: leave them out",
	)
	c.refuse(r.StopAt > 0 && r.StopOn == "", "run.stop_measure", "missing: whose interval is to become so narrow?")
	c.refuse(
		r.StopAt > 0 && r.Most == 0,
		"run.max_seeds",
		"missing: rare events may take forever; say how many seeds at most",
	)
	c.refuse(
		r.Most > 0 && r.Most < r.Seeds,
		"run.max_seeds",
		"%d: want as many as seeds, %d, or more",
		r.Most,
		r.Seeds,
	)
	c.refuse(r.First > math.MaxUint64-1_000_000, "run.first_seed", "%d: leave room for those that follow", r.First)
	c.refuse(c.Churn.Share > 0 && c.Churn.Session.Law == "", "churn.session", "missing: how long do nodes stay?")
	c.refuse(c.Churn.Share > 0 && c.Churn.Gap.Law == "", "churn.gap", "missing: how long are they away?")
	c.law(c.Churn.Session, "churn.session")
	c.law(c.Churn.Gap, "churn.gap")
}
