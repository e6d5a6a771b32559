package skeleton

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// Fault is a marker, or something that a marker leads to, which makes no skeleton.
type Fault struct {
	Pos    token.Position // file relative to the root, and line
	Text   string         // what is wrong
	Remedy string         // what to do about it
}

func (f *Fault) Error() string {
	return fmt.Sprintf("%s:%d: %s: %s", f.Pos.Filename, f.Pos.Line, f.Text, f.Remedy)
}

const (
	beginMarker = "//strata:begin"
	endMarker   = "//strata:end"
)

// marker is one directive comment. An end has no step.
type marker struct {
	step     string
	from, to token.Pos
}

func (m marker) begins() bool { return m.step != "" }

// pair is a begin with its end.
type pair struct {
	step       string
	begin, end marker
}

// markers lists the directive comments of a file in order, each checked for its form.
func (s *source) markers() ([]marker, error) {
	var found []marker
	for _, group := range s.file.Comments {
		for _, c := range group.List {
			if !isDirective(c.Text) {
				continue
			}
			m, err := s.marker(c)
			if err != nil {
				return nil, err
			}
			found = append(found, m)
		}
	}
	return found, nil
}

// isDirective says whether the comment is a marker or was meant as one.
func isDirective(text string) bool {
	text = strings.TrimLeft(text, "/* \t")
	return strings.HasPrefix(text, "strata:")
}

func (s *source) marker(c *ast.Comment) (marker, error) {
	m := marker{from: c.Pos(), to: c.End()}
	if !s.alone(c) {
		return m, s.fault(c.Pos(), "the marker shares its line with code", "give it a line of its own")
	}
	word, step, _ := strings.Cut(c.Text, " ")
	switch {
	case c.Text == endMarker:
		return m, nil
	case word != beginMarker || step == "":
		return m, s.fault(c.Pos(), fmt.Sprintf("%q is not a marker", c.Text),
			fmt.Sprintf("write %q with a step, or %q", beginMarker, endMarker))
	case !slices.Contains(s.steps, step):
		return m, s.fault(c.Pos(), fmt.Sprintf("%q is no step of layer %s", step, s.layer),
			"write one of "+strings.Join(s.steps, ", "))
	}
	m.step = step
	return m, nil
}

// alone says whether nothing but blanks stands before the comment on its line.
func (s *source) alone(c *ast.Comment) bool {
	at := s.offset(c.Pos())
	line := bytes.LastIndexByte(s.text[:at], '\n') + 1
	return len(bytes.TrimSpace(s.text[line:at])) == 0
}

// pairs matches each begin with the end after it.
func (s *source) pairs() ([]pair, error) {
	marks, err := s.markers()
	if err != nil {
		return nil, err
	}
	var found []pair
	var open marker
	for _, m := range marks {
		switch {
		case m.begins() && open.begins():
			return nil, s.fault(m.from, "a begin inside of another, of line "+s.line(open.from), "end that one first")
		case m.begins():
			open = m
		case !open.begins():
			return nil, s.fault(m.from, "an end without a begin", "remove it, or put a begin before it")
		default:
			found = append(found, pair{step: open.step, begin: open, end: m})
			open = marker{}
		}
	}
	if open.begins() {
		return nil, s.fault(open.from, "a begin without an end", "put "+endMarker+" behind what students write")
	}
	return found, nil
}
