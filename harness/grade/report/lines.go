package report

import (
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"golang.org/x/term"
)

// Text writes plain text by lines, and remembers the first error.
type Text struct {
	w     io.Writer
	width int // of a line, in characters
	Err   error
	told  func(Field) // gets each field; nil: nobody
}

// The widths of lines: of what is no terminal, and the least and most of what is one.
const (
	usualWidth = 110
	leastWidth = 60
	mostWidth  = 160
)

// NewText returns a Text to w, as wide as w is if it is a terminal: no control character of what strangers said
// reaches it.
func NewText(w io.Writer) *Text { return &Text{w: plainWriter{w}, width: widthOf(w)} }

// widthOf is how wide lines to w are.
func widthOf(w io.Writer) int {
	if file, ok := w.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		if columns, _, err := term.GetSize(int(file.Fd())); err == nil && columns > 0 {
			return min(max(columns, leastWidth), mostWidth)
		}
	}
	return usualWidth
}

// Write is io.Writer's.
func (t *Text) Write(text []byte) (int, error) {
	if t.Err != nil {
		return 0, t.Err
	}
	n, err := t.w.Write(text)
	t.Err = err
	return n, err
}

// Printf is fmt.Printf to it.
func (t *Text) Printf(format string, args ...any) {
	if t.Err == nil {
		_, t.Err = fmt.Fprintf(t.w, format, args...)
	}
}

// Field is a named value; without a name it belongs to the field before it.
type Field struct{ Name, Value string }

// fieldIndent is where the values of fields begin.
const fieldIndent = 14

// Field writes a named value, continued below itself; nothing if it is empty. Lines that are too long go on below, at
// the indent that they have, and a little more.
func (t *Text) Field(name, value string) {
	if value == "" {
		return
	}
	if t.told != nil {
		t.told(Field{name, plainText(value)})
	}
	for line := range strings.SplitSeq(value, "\n") {
		for _, part := range wrap(line, t.width-fieldIndent) {
			t.Printf("    %-9s %s\n", name, part)
			name = ""
		}
	}
}

// Line writes a line, and what does not fit below it, indented.
func (t *Text) Line(format string, args ...any) {
	for _, part := range wrap(fmt.Sprintf(format, args...), t.width) {
		t.Printf("%s\n", part)
	}
}

// wrap breaks a line at blanks, so that no part is longer than width if that can be. What follows is indented as the
// line is, and by 4 more.
func wrap(line string, width int) (parts []string) {
	indent := strings.Repeat(" ", len(line)-len(strings.TrimLeft(line, " "))+4)
	width = max(width, len(indent)+20)
	for utf8.RuneCountInString(line) > width {
		at := breakAt(line, width, len(indent))
		if at < 0 {
			break
		}
		parts = append(parts, strings.TrimRight(line[:at], " "))
		line = indent + strings.TrimLeft(line[at:], " ")
	}
	return append(parts, line)
}

// breakAt is the last blank within the width, or the first after it; -1 if there is none after the indent.
func breakAt(line string, width, indent int) int {
	at, count := -1, 0
	for i, r := range line {
		if count > width && at >= 0 {
			break
		}
		if r == ' ' && i > indent {
			at = i
		}
		count++
	}
	return at
}
