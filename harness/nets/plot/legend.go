package plot

import "slices"

// legend is what the legend says of the series.
func (s Series) legend() string {
	if s.Legend != "" {
		return s.Legend
	}
	return s.Name
}

// legendRows divides the series into rows that fit. A theory that another one is called like is not in it.
func (c *Chart) legendRows() [][]int {
	rows, used := [][]int{nil}, 0.0
	for i, s := range c.Series {
		if s.Kind == Theory && slices.ContainsFunc(c.Series[:i], func(before Series) bool {
			return before.Kind == Theory && before.legend() == s.legend()
		}) {
			continue
		}
		wide := gapOfSample + textWidth(s.legend()) + 16
		if used+wide > plotRight-16 && len(rows[len(rows)-1]) > 0 {
			rows, used = append(rows, nil), 0
		}
		rows[len(rows)-1] = append(rows[len(rows)-1], i)
		used += wide
	}
	return rows
}

// legend draws a row.
func (c *canvas) legend(chart *Chart, entries []int, looks []look, y float64) {
	x := 16.0
	for _, i := range entries {
		s, l := chart.Series[i], looks[i]
		if s.Kind != Points {
			c.line(x, y, x+lengthOfSample, y, l.sample)
		}
		if l.joined {
			c.line(x, y, x+lengthOfSample, y, "join s"+l.colour)
		}
		if s.Kind == Points {
			c.circle(x+lengthOfSample/2, y, dotRadius, "dot f"+l.colour, "")
		}
		c.text(x+gapOfSample, y+4, "", "start", s.legend())
		x += gapOfSample + textWidth(s.legend()) + 16
	}
}
