package spec

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"strata/harness/nets/theory"
)

func (c *checker) sweep() {
	w := c.Sweep
	c.refuse(
		w.Kind == "latin" && w.Points == 0,
		"sweep.points",
		"missing: a Latin hypercube has as many points as you say",
	)
	c.refuse(w.Kind != "latin" && w.Points != 0, "sweep.points", "means something with kind = \"latin\" only")
	c.refuse(w.Kind == "latin" && len(w.Axes) == 0, "sweep.axis", "missing: what is varied?")
	c.refuse(c.CountPoints() > MaxPoints, "sweep", "more than %d points", MaxPoints)
	seen := map[string]bool{}
	for i, a := range w.Axes {
		path := fmt.Sprintf("sweep.axis.%d.", i)
		_, err := c.field(a.Key)
		c.refuse(err != nil, path+"key", "%v", err)
		c.refuse(
			strings.HasPrefix(a.Key, "sweep") || strings.HasPrefix(a.Key, "expect") || strings.HasPrefix(a.Key, "plot") ||
				strings.HasPrefix(a.Key, "run.seeds"),
			path+"key",
			"%s is the same at all points",
			a.Key,
		)
		c.refuse(seen[a.Name()], path+"as", "two axes are called %s: give one another name (as)", a.Name())
		seen[a.Name()] = true
		ranged := a.From != nil || a.To != nil
		switch {
		case len(a.Values) > 0:
			c.refuse(ranged || a.Steps > 0, path+"values", "give values or a range, not both")
		case !ranged || a.From == nil || a.To == nil:
			c.refuse(true, path+"values", "missing: want values, or from and to")
		default:
			c.refuse(w.Kind != "latin" && a.Steps == 0, path+"steps", "missing: how many values has the range?")
			c.refuse(
				a.Log && err == nil && !c.positive(a),
				path+"from",
				"a range that grows by a factor begins and ends above 0",
			)
		}
		if w.Kind == "zip" && i > 0 {
			size := max(len(a.Values), a.Steps)
			first := max(len(w.Axes[0].Values), w.Axes[0].Steps)
			c.refuse(
				size != first,
				path+"values",
				"%d values, but the first axis has %d: zip takes one of each",
				size,
				first,
			)
		}
	}
}

func (c *checker) positive(a Axis) bool {
	to, _ := c.field(a.Key)
	return numberOf(to.Type(), a.From, 0) > 0 && numberOf(to.Type(), a.To, 0) > 0
}

// plainName is what files and columns can be called.
var plainName = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

func (c *checker) expectations() {
	formula := func(text, path string) {
		if text != "" {
			_, err := theory.Parse(text)
			c.refuse(err != nil, path, "%v", err)
		}
	}
	for i, e := range c.Expect {
		path := fmt.Sprintf("expect.%d.", i)
		c.refuse(e.Measure == "", path+"measure", "missing: what is expected to be so?")
		c.refuse(e.Theory == "" && e.Least == "" && e.Most == "", path+"theory", "missing: want theory, least or most")
		formula(e.Measure, path+"measure")
		formula(e.Theory, path+"theory")
		formula(e.Least, path+"least")
		formula(e.Most, path+"most")
		formula(e.When, path+"when")
		formula(e.Along, path+"along")
		c.refuse(e.Along != "" && c.CountPoints() < 2 && len(c.axes) == 0, path+"along", "a line wants two points or more: vary something")
		for name, text := range e.Let {
			c.refuse(
				!plainName.MatchString(name) || strings.Contains(name, "-"),
				path+"let."+name,
				"want a name of letters, digits and _",
			)
			formula(text, path+"let."+name)
		}
		c.refuse(e.MaxZ < 0, path+"max_z", "%v: want more than 0", e.MaxZ)
		c.refuse(e.Tolerance < 0, path+"tolerance", "%v: want 0 or more", e.Tolerance)
	}
	seen := map[string]bool{}
	for i, p := range c.Plots {
		path := fmt.Sprintf("plot.%d.", i)
		c.refuse(!plainName.MatchString(p.Name), path+"name", "%q: want letters, digits and dashes", p.Name)
		c.refuse(seen[p.Name], path+"name", "two plots are called %s", p.Name)
		seen[p.Name] = true
		c.refuse(p.X == "" || len(p.Y) == 0, path+"x", "want x and y")
		formula(p.X, path+"x")
		formula(p.By, path+"by")
		formula(p.When, path+"when")
		for j, y := range append(slices.Clone(p.Y), p.Theory...) {
			formula(y, fmt.Sprintf("%sy.%d", path, j))
		}
	}
}
