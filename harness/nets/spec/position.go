package spec

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// Position is a place in a file, both from 1. The zero value is nowhere: what was not written.
type Position struct{ Line, Column int }

// Positions tells where each key of a file stands, by its path, such as network.topology.dials or fault.0.share.
type Positions map[string]Position

// Of is where the key stands; if it was not written, where the table around it does.
func (p Positions) Of(path string) Position {
	for path != "" {
		if at, ok := p[path]; ok {
			return at
		}
		path = path[:max(0, strings.LastIndexByte(path, '.'))]
	}
	return Position{}
}

// locate finds the keys of a text that was read without an error.
func locate(text []byte) Positions {
	l := locator{found: Positions{}, lists: map[string]int{}}
	l.parser.Reset(text)
	for l.parser.NextExpression() {
		switch e := l.parser.Expression(); e.Kind {
		case unstable.Table:
			l.table = l.keyed("", e)
		case unstable.ArrayTable:
			name := l.keyed("", e)
			l.table = name + "." + strconv.Itoa(l.lists[name])
			l.lists[name]++
			l.found[l.table] = l.found[name]
		case unstable.KeyValue:
			l.value(l.keyed(l.table, e), e.Value())
		}
	}
	return l.found
}

// locator walks through the expressions of a file.
type locator struct {
	parser unstable.Parser
	found  Positions
	lists  map[string]int // how many elements of each list of tables have come
	table  string         // that the keys are in
}

// keyed notes where a key stands, and returns its path. The key of a table within a list belongs to the last element.
func (l *locator) keyed(prefix string, n *unstable.Node) string {
	path := prefix
	for parts := n.Key(); parts.Next(); {
		if path != "" {
			if count := l.lists[path]; count > 0 && prefix == "" {
				path += "." + strconv.Itoa(count-1)
			}
			path += "."
		}
		path += string(parts.Node().Data)
		at := l.parser.Shape(parts.Node().Raw).Start
		if _, known := l.found[path]; !known || parts.IsLast() {
			l.found[path] = Position{at.Line, at.Column}
		}
	}
	return path
}

// value notes the keys within a value.
func (l *locator) value(path string, n *unstable.Node) {
	switch n.Kind {
	case unstable.InlineTable:
		for children := n.Children(); children.Next(); {
			l.value(l.keyed(path, children.Node()), children.Node().Value())
		}
	case unstable.Array:
		i := 0
		for children := n.Children(); children.Next(); i++ {
			if child := children.Node(); child.Kind != unstable.Comment {
				l.value(path+"."+strconv.Itoa(i), child)
			}
		}
	}
}

// A Mistake is something in a file that cannot be.
type Mistake struct {
	File string
	At   Position // the zero value if it is nowhere in the file
	Path string   // of the key
	Text string   // what is wrong, and what to do
}

// Error is the mistake on one line, with its place.
func (m Mistake) Error() string {
	text := m.Text
	if m.Path != "" {
		text = m.Path + ": " + text
	}
	if m.At.Line == 0 {
		return m.File + ": " + text
	}
	return fmt.Sprintf("%s:%d:%d: %s", m.File, m.At.Line, m.At.Column, text)
}

// Mistakes are all of a file, in its order.
type Mistakes []Mistake

// Error has a line for each.
func (m Mistakes) Error() string {
	lines := make([]string, len(m))
	for i, one := range m {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}
