package command

import (
	"bytes"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"golang.org/x/term"
)

// inPlace is where progress goes: on a terminal each line takes the place of the one before, elsewhere lines
// follow each other, and one that says the same again is left out.
func (w World) inPlace() io.Writer {
	file, ok := w.Err.(*os.File)
	return &oneLineWriter{to: w.Err, live: ok && term.IsTerminal(int(file.Fd()))}
}

// oneLineWriter writes lines in one place. Each Write is to hold whole lines.
type oneLineWriter struct {
	to    io.Writer
	live  bool
	last  string
	wrote int // characters of the line that is there
}

// Write is io.Writer's.
func (o *oneLineWriter) Write(text []byte) (int, error) {
	for line := range bytes.Lines(text) {
		line := strings.TrimRight(string(line), "\n")
		if line == o.last {
			continue
		}
		o.last = line
		if err := o.write(line); err != nil {
			return 0, err
		}
	}
	return len(text), nil
}

// write shows a line. An empty one clears the place.
func (o *oneLineWriter) write(line string) error {
	if !o.live {
		if line == "" {
			return nil
		}
		_, err := io.WriteString(o.to, line+"\n")
		return err
	}
	blank := strings.Repeat(" ", max(0, o.wrote-utf8.RuneCountInString(line)))
	o.wrote = utf8.RuneCountInString(line)
	end := ""
	if line == "" {
		end = "\r"
	}
	_, err := io.WriteString(o.to, "\r"+line+blank+end)
	return err
}
