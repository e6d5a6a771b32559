package plot

import (
	"fmt"
	"strconv"
	"strings"
)

// Picture is what can be drawn and written as numbers.
type Picture interface {
	// Name is that of its files, without an ending.
	Name() string
	// Draw is the picture as an SVG. Alone has its style inside; else the page around it has.
	Draw(alone bool) []byte
	// Table is the picture's numbers: a header, and a row for each.
	Table() [][]string
}

// canvas is an SVG that is being written.
type canvas struct {
	b             strings.Builder
	width, height float64 // the height is that below a title and a note of one line each
}

// Where a title and a note are, in pixels.
const (
	headMargin              = 16
	titleTop, noteTop       = 24, 41
	titleHeight             = 19 // of a line
	noteLineHeight          = 14
	titleLetter, noteLetter = 8.4, 6.2 // the width of one, about
)

// newCanvas begins a picture. Title is what it shows, for those who do not see it, too. Where title or note take more than
// a line, the picture grows, and all that is drawn afterwards moves down.
func newCanvas(width, height float64, title, note string, alone bool) *canvas {
	titles := wrap(title, int((width-2*headMargin)/titleLetter))
	notes := wrap(note, int((width-2*headMargin)/noteLetter))
	first := float64((len(titles) - 1) * titleHeight)
	down := first + float64((len(notes)-1)*noteLineHeight)
	c := &canvas{width: width, height: height}
	c.put(
		`<svg xmlns="http://www.w3.org/2000/svg" class="plot" viewBox="0 0 %s %s" width="%s" height="%s" role="img">`,
		num(width),
		num(height+down),
		num(width),
		num(height+down),
	)
	c.put("<title>%s</title><desc>%s</desc>", escape(title), escape(note))
	if alone {
		c.put("<style>%s</style>", Style)
	}
	c.put(`<rect class="paper" width="100%%" height="100%%"/>`)
	for i, line := range titles {
		c.text(headMargin, titleTop+float64(i*titleHeight), "title", "start", line)
	}
	for i, line := range notes {
		if line != "" {
			c.text(headMargin, noteTop+first+float64(i*noteLineHeight), "note", "start", line)
		}
	}
	c.put(`<g transform="translate(0 %s)">`, num(down))
	return c
}

// wrap divides a text between words into lines of so many characters at most, if no word is longer. There is always a line.
func wrap(text string, most int) []string {
	lines := []string{""}
	for _, word := range strings.Fields(text) {
		last := &lines[len(lines)-1]
		switch {
		case *last == "":
			*last = word
		case len([]rune(*last))+1+len([]rune(word)) <= most:
			*last += " " + word
		default:
			lines = append(lines, word)
		}
	}
	return lines
}

// end finishes the picture, with its numbers inside.
func (c *canvas) end(rows [][]string) []byte {
	c.put("</g><metadata>%s</metadata></svg>\n", escape(string(CSV(rows))))
	return []byte(c.b.String())
}

func (c *canvas) put(format string, args ...any) { fmt.Fprintf(&c.b, format, args...) }

func (c *canvas) line(x1, y1, x2, y2 float64, class string) {
	c.put(`<line class="%s" x1="%s" y1="%s" x2="%s" y2="%s"/>`, class, num(x1), num(y1), num(x2), num(y2))
}

func (c *canvas) text(x, y float64, class, anchor, text string) {
	c.put(`<text class="%s" x="%s" y="%s" text-anchor="%s">%s</text>`, class, num(x), num(y), anchor, escape(text))
}

func (c *canvas) circle(x, y, r float64, class, tip string) {
	c.put(`<circle class="%s" cx="%s" cy="%s" r="%s">`, class, num(x), num(y), num(r))
	if tip != "" {
		c.put("<title>%s</title>", escape(tip))
	}
	c.put("</circle>")
}

// path draws through points; closed, around an area.
func (c *canvas) path(class string, xs, ys []float64, closed bool) {
	var d strings.Builder
	for i := range xs {
		letter := " L"
		if i == 0 {
			letter = "M"
		}
		d.WriteString(letter + num(xs[i]) + " " + num(ys[i]))
	}
	if closed {
		d.WriteString("Z")
	}
	c.put(`<path class="%s" d="%s"/>`, class, d.String())
}

// num is a coordinate: a tenth of a pixel is enough.
func num(v float64) string {
	return strconv.FormatFloat(float64(int64(v*10+copysign(v)))/10, 'f', -1, 64)
}

// copysign is what rounds to the nearest.
func copysign(v float64) float64 {
	if v < 0 {
		return -0.5
	}
	return 0.5
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

func escape(text string) string { return escaper.Replace(text) }

// textWidth is about how many pixels a text of the usual size takes.
func textWidth(text string) float64 { return 6.9 * float64(len([]rune(text))) }
