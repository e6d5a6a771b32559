package glass

import (
	"bytes"
	"io"
	"strings"
)

// mostPrinted is how much of what a node prints is passed on in a run, in bytes.
const mostPrinted = 64 << 10

// last passes on what a node prints, up to a bound, and keeps it.
type last struct {
	to   io.Writer
	text []byte
}

func (l *last) Write(b []byte) (int, error) {
	if room := mostPrinted - len(l.text); room > 0 {
		some := b[:min(room, len(b))]
		l.text = append(l.text, some...)
		_, _ = l.to.Write(some) // nobody hears it: nothing depends on that
	}
	return len(b), nil
}

// fatal is the line with which Go's runtime ends a program, as far as one can know: any code can print such a line.
func (l *last) fatal() string {
	for line := range strings.Lines(string(bytes.ToValidUTF8(l.text, nil))) {
		for _, begin := range []string{"fatal error: ", "panic: ", "runtime: out of memory"} {
			if strings.HasPrefix(line, begin) {
				return strings.TrimSpace(line)
			}
		}
	}
	return ""
}
