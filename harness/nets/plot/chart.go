package plot

import "math"

// Kind is how a series is drawn.
type Kind int

const (
	Line   Kind = iota // a line through its points, with its band if it has one
	Points             // a point each, with its bar if it has one
	Theory             // a dashed line: what is expected
)

// Series is numbers that belong together.
type Series struct {
	Name      string
	Legend    string // what of the name the legend says; empty: all. Theories that say the same are listed once
	Kind      Kind
	X, Y      []float64
	Low, High []float64 // the band or the bars; empty: none, NaN: none there
	Of        int       // of a Theory: 1 + the place of the series that it is about; 0: of all
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
	looks, x := c.looks(x, y)
	svg.frame(c, x, y)
	for _, kind := range []Kind{Line, Theory, Points} { // points lie above lines
		for i, s := range c.Series {
			if s.Kind == kind {
				svg.series(s, looks[i], x, y)
			}
		}
	}
	for row, entries := range rows {
		svg.legend(c, entries, looks, float64(legendTop+row*legendRowHeight))
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
	x = newScale(lowX, highX, c.X.Log, plotLeft, plotRight, ticksAcross)
	x.ticksAt(c.values())
	return x, newScale(lowY, highY, c.Y.Log, plotBottom, plotTop, ticksUp)
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

func (c *canvas) series(s Series, l look, x, y scale) {
	if s.Kind == Points {
		c.points(s, l, x, y)
		return
	}
	if len(s.Low) > 0 {
		c.band(s, l.colour, x, y)
	}
	xs, ys := l.through(s, x, y)
	c.path(l.class, xs, ys, false)
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
