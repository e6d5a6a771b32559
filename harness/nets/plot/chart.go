package plot

import (
	"math"
	"strconv"
)

// Kind is how a series is drawn.
type Kind int

const (
	Line   Kind = iota // a line through its points, with its band if it has one
	Points             // a point each, with its interval if it has one
	Theory             // a dashed line: what is expected
)

// Series is numbers that belong together.
type Series struct {
	Name      string
	Kind      Kind
	X, Y      []float64
	Low, High []float64 // the band or the intervals; empty: none
}

// Axis is one of a chart's two.
type Axis struct {
	Label string // with the unit
	Log   bool
	Zero  bool // begins at 0, whatever the numbers are
}

// Chart is numbers against numbers.
type Chart struct {
	File   string // its name without an ending
	Title  string
	Note   string // of which runs it is made
	X, Y   Axis
	Series []Series
}

// Name is Picture's.
func (c *Chart) Name() string { return c.File }

// Where the parts of a chart are, in pixels.
const (
	chartWidth, chartHeight     = 720, 440
	plotLeft, plotTop           = 74, 58
	plotRight, plotBottom       = 700, 372
	legendTop, legendRowHeight  = 424, 18
	ticksAcross, ticksUp        = 7, 6
	lengthOfSample, gapOfSample = 22, 28
)

// Draw is Picture's.
func (c *Chart) Draw(alone bool) []byte {
	rows := c.legendRows()
	svg := newCanvas(chartWidth, chartHeight+float64((len(rows)-1)*legendRowHeight), c.Title, c.Note, alone)
	x, y := c.scales()
	svg.frame(c, x, y)
	for _, kind := range []Kind{Line, Theory, Points} { // points lie above lines
		for i, s := range c.Series {
			if s.Kind == kind {
				svg.series(s, strconv.Itoa(i%colours), x, y)
			}
		}
	}
	for row, entries := range rows {
		svg.legend(c, entries, float64(legendTop+row*legendRowHeight))
	}
	return svg.end(c.Table())
}

// scales are chosen so that everything is seen.
func (c *Chart) scales() (x, y scale) {
	lowX, highX, lowY, highY := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	widen := func(v float64, log bool, low, high *float64) {
		if !math.IsNaN(v) && !math.IsInf(v, 0) && (!log || v > 0) {
			*low, *high = min(*low, v), max(*high, v)
		}
	}
	for _, s := range c.Series {
		for i := range s.X {
			widen(s.X[i], c.X.Log, &lowX, &highX)
			widen(s.Y[i], c.Y.Log, &lowY, &highY)
			if len(s.Low) > 0 {
				widen(s.Low[i], c.Y.Log, &lowY, &highY)
				widen(s.High[i], c.Y.Log, &lowY, &highY)
			}
		}
	}
	if lowX > highX {
		lowX, highX = 0.5, 1 // there is nothing: an empty frame
	}
	if lowY > highY {
		lowY, highY = 0.5, 1
	}
	if c.X.Zero && !c.X.Log {
		lowX = min(lowX, 0)
	}
	if c.Y.Zero && !c.Y.Log {
		lowY, highY = min(lowY, 0), max(highY, 1e-9)
	}
	return newScale(
			lowX,
			highX,
			c.X.Log,
			plotLeft,
			plotRight,
			ticksAcross,
		), newScale(
			lowY,
			highY,
			c.Y.Log,
			plotBottom,
			plotTop,
			ticksUp,
		)
}

// frame draws axes, grid and labels.
func (c *canvas) frame(chart *Chart, x, y scale) {
	for _, v := range y.ticks {
		at := y.at(v)
		c.line(plotLeft, at, plotRight, at, "grid")
		c.text(plotLeft-8, at+4, "tick", "end", label(v))
	}
	for _, v := range x.ticks {
		at := x.at(v)
		c.line(at, plotBottom, at, plotBottom+5, "axis")
		c.text(at, plotBottom+18, "tick", "middle", label(v))
	}
	c.line(plotLeft, plotBottom, plotRight, plotBottom, "axis")
	c.text((plotLeft+plotRight)/2, plotBottom+36, "", "middle", chart.X.Label)
	c.put(`<text x="0" y="0" text-anchor="middle" transform="translate(18 %s) rotate(-90)">%s</text>`,
		num((plotTop+plotBottom)/2), escape(chart.Y.Label))
}

func (c *canvas) series(s Series, colour string, x, y scale) {
	if s.Kind == Points {
		c.points(s, colour, x, y)
		return
	}
	if len(s.Low) > 0 {
		c.band(s, colour, x, y)
	}
	class := "line s" + colour
	if s.Kind == Theory {
		class = "theory"
	}
	var xs, ys []float64
	for i := range s.X {
		if x.shows(s.X[i]) && y.shows(s.Y[i]) {
			xs, ys = append(xs, x.at(s.X[i])), append(ys, y.at(s.Y[i]))
		}
	}
	c.path(class, xs, ys, false)
}

// band draws the area between low and high.
func (c *canvas) band(s Series, colour string, x, y scale) {
	var xs, ys, backX, backY []float64
	for i := range s.X {
		if x.shows(s.X[i]) && y.shows(s.Low[i]) && y.shows(s.High[i]) {
			xs, ys = append(xs, x.at(s.X[i])), append(ys, y.at(s.High[i]))
			backX, backY = append(backX, x.at(s.X[i])), append(backY, y.at(s.Low[i]))
		}
	}
	for i := len(backX) - 1; i >= 0; i-- {
		xs, ys = append(xs, backX[i]), append(ys, backY[i])
	}
	if len(xs) > 0 {
		c.path("band f"+colour, xs, ys, true)
	}
}

func (c *canvas) points(s Series, colour string, x, y scale) {
	for i := range s.X {
		if !x.shows(s.X[i]) || !y.shows(s.Y[i]) {
			continue
		}
		at, tip := x.at(s.X[i]), s.Name+": "+label(s.X[i])+", "+label(s.Y[i])
		if len(s.Low) > 0 && !math.IsNaN(s.Low[i]) && !math.IsNaN(s.High[i]) {
			low, high := min(plotBottom, y.at(s.Low[i])), max(plotTop, y.at(s.High[i]))
			if !y.shows(s.Low[i]) {
				low = plotBottom
			}
			if !y.shows(s.High[i]) {
				high = plotTop
			}
			for _, end := range []float64{low, high} {
				c.line(at-4, end, at+4, end, "bar s"+colour)
			}
			c.line(at, low, at, high, "bar s"+colour)
			tip += " (" + label(s.Low[i]) + " to " + label(s.High[i]) + ")"
		}
		c.circle(at, y.at(s.Y[i]), 4, "dot f"+colour, tip)
	}
}

// legendRows divides the series into rows that fit.
func (c *Chart) legendRows() [][]int {
	rows, used := [][]int{nil}, 0.0
	for i, s := range c.Series {
		wide := gapOfSample + textWidth(s.Name) + 16
		if used+wide > plotRight-16 && len(rows[len(rows)-1]) > 0 {
			rows, used = append(rows, nil), 0
		}
		rows[len(rows)-1] = append(rows[len(rows)-1], i)
		used += wide
	}
	return rows
}

func (c *canvas) legend(chart *Chart, entries []int, y float64) {
	x := 16.0
	for _, i := range entries {
		s, colour := chart.Series[i], strconv.Itoa(i%colours)
		switch s.Kind {
		case Points:
			c.circle(x+lengthOfSample/2, y, 4, "dot f"+colour, "")
		case Theory:
			c.line(x, y, x+lengthOfSample, y, "theory")
		default:
			c.line(x, y, x+lengthOfSample, y, "line s"+colour)
		}
		c.text(x+gapOfSample, y+4, "", "start", s.Name)
		x += gapOfSample + textWidth(s.Name) + 16
	}
}

// Table is Picture's.
func (c *Chart) Table() [][]string {
	rows := [][]string{{"series", "x: " + c.X.Label, "y: " + c.Y.Label, "low", "high"}}
	for _, s := range c.Series {
		for i := range s.X {
			row := []string{s.Name, Field(s.X[i]), Field(s.Y[i]), "", ""}
			if len(s.Low) > 0 {
				row[3], row[4] = Field(s.Low[i]), Field(s.High[i])
			}
			rows = append(rows, row)
		}
	}
	return rows
}
