package plot

import (
	"math"
	"slices"
	"strconv"
)

// look is how a series of a chart is drawn.
type look struct {
	colour string  // its number; of a theory of all: none
	class  string  // of its line
	sample string  // the class of a line in the legend
	aside  float64 // how many pixels its points stand to the right of their x
	joined bool    // a thin line leads through its points
}

// Where several points have one x, in pixels.
const (
	farthestAside = 7 // between two neighbours
	dotRadius     = 4
)

// looks gives each measured series a colour of its own, and a theory that of the series that it is about. Points of several
// series that would hide each other stand side by side, which the returned scale makes room for.
func (c *Chart) looks(x, y scale) ([]look, scale) {
	all := make([]look, len(c.Series))
	var points []int
	measured := 0
	for i, s := range c.Series {
		if s.Kind == Theory {
			continue
		}
		all[i].colour = strconv.Itoa(measured % colours)
		all[i].class = "line s" + all[i].colour
		all[i].sample = all[i].class
		measured++
		if s.Kind == Points {
			points = append(points, i)
		}
	}
	explained := c.theories(all)
	step := 0.0
	if c.hide(points, y) {
		step = min(farthestAside, 0.7*c.narrowest(x)/float64(len(points)))
		room := step*float64(len(points)-1)/2 + dotRadius
		x.from, x.to = x.from+room, x.to-room
	}
	for k, i := range points {
		all[i].aside = step * (float64(k) - float64(len(points)-1)/2)
		all[i].joined = len(points) > 1 && !explained[i]
	}
	return all, x
}

// theories gives theories their looks, and says which series have one of their own.
func (c *Chart) theories(all []look) (explained map[int]bool) {
	explained = map[int]bool{}
	var names []string
	for i, s := range c.Series {
		if s.Kind != Theory {
			continue
		}
		if !slices.Contains(names, s.legend()) {
			names = append(names, s.legend())
		}
		all[i].sample = "theory t" + strconv.Itoa(slices.Index(names, s.legend())%dashes)
		all[i].class = all[i].sample
		if s.Of > 0 {
			explained[s.Of-1] = true
			all[i].class += " s" + all[s.Of-1].colour
		}
	}
	return explained
}

// hide says whether points of two series have one x and, with their bars, overlap.
func (c *Chart) hide(points []int, y scale) bool {
	type extent struct{ top, bottom float64 }
	at := map[float64][]extent{}
	for _, i := range points {
		s := c.Series[i]
		for j := range s.X {
			if !y.shows(s.Y[j]) {
				continue
			}
			e := extent{y.at(s.Y[j]) - dotRadius, y.at(s.Y[j]) + dotRadius}
			if low, high, ok := s.bar(j, y); ok {
				e = extent{min(e.top, high), max(e.bottom, low)}
			}
			for _, other := range at[s.X[j]] {
				if e.top < other.bottom && other.top < e.bottom {
					return true
				}
			}
			at[s.X[j]] = append(at[s.X[j]], e)
		}
	}
	return false
}

// narrowest is the smallest distance between two values of x, in pixels.
func (c *Chart) narrowest(x scale) float64 {
	least, values := math.Abs(x.to-x.from), c.values()
	for i := 1; i < len(values); i++ {
		least = min(least, x.at(values[i])-x.at(values[i-1]))
	}
	return least
}

// values are the x of all points, each once and in order; none where there are curves.
func (c *Chart) values() (all []float64) {
	for _, s := range c.Series {
		if s.Kind == Line {
			return nil
		}
		for _, v := range s.X {
			if s.Kind == Points && !math.IsNaN(v) && !math.IsInf(v, 0) && (!c.X.Log || v > 0) {
				all = append(all, v)
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// through is where the series goes through, in pixels.
func (l look) through(s Series, x, y scale) (xs, ys []float64) {
	for i := range s.X {
		if x.shows(s.X[i]) && y.shows(s.Y[i]) {
			xs, ys = append(xs, x.at(s.X[i])+l.aside), append(ys, y.at(s.Y[i]))
		}
	}
	return xs, ys
}

// bar is where the ends of a point's bar are, in pixels, kept inside of the frame.
func (s Series) bar(i int, y scale) (low, high float64, ok bool) {
	if len(s.Low) == 0 || math.IsNaN(s.Low[i]) || math.IsNaN(s.High[i]) {
		return 0, 0, false
	}
	low, high = plotBottom, plotTop
	if y.shows(s.Low[i]) {
		low = min(plotBottom, y.at(s.Low[i]))
	}
	if y.shows(s.High[i]) {
		high = max(plotTop, y.at(s.High[i]))
	}
	return low, high, true
}

func (c *canvas) points(s Series, l look, x, y scale) {
	if l.joined {
		xs, ys := l.through(s, x, y)
		c.path("join s"+l.colour, xs, ys, false)
	}
	for i := range s.X {
		if !x.shows(s.X[i]) || !y.shows(s.Y[i]) {
			continue
		}
		at, tip := x.at(s.X[i])+l.aside, s.Name+": "+label(s.X[i])+", "+label(s.Y[i])
		if low, high, ok := s.bar(i, y); ok {
			for _, end := range []float64{low, high} {
				if end != plotBottom || s.Low[i] == 0 && !y.log { // what leaves the frame has no end in it
					c.line(at-3, end, at+3, end, "bar s"+l.colour)
				}
			}
			c.line(at, low, at, high, "bar s"+l.colour)
			tip += " (" + label(s.Low[i]) + " to " + label(s.High[i]) + ")"
		}
		c.circle(at, y.at(s.Y[i]), dotRadius, "dot f"+l.colour, tip)
	}
}
