package command

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"strata/harness/farm"
)

// progress shows how far a farm has come: on a terminal in one line that is written again, elsewhere a line now and then.
type progress struct {
	to    io.Writer
	what  string // is done, such as runs
	live  bool
	next  time.Time
	wrote int // characters of the line that is there
}

// How often progress is shown.
const (
	liveEvery  = 200 * time.Millisecond
	plainEvery = 15 * time.Second
)

// newProgress shows how many of what are done.
func (w World) newProgress(what string) *progress {
	file, ok := w.Err.(*os.File)
	p := &progress{to: w.Err, what: what, live: ok && term.IsTerminal(int(file.Fd()))}
	if !p.live {
		p.next = time.Now().Add(plainEvery)
	}
	return p
}

// show is told after each run.
func (p *progress) show(s farm.Progress) {
	if time.Now().Before(p.next) && s.Done+s.Known+s.Failed < s.Total {
		return
	}
	every := plainEvery
	if p.live {
		every = liveEvery
	}
	p.next = time.Now().Add(every)
	line := progressLine(s, p.what)
	if !p.live {
		fmt.Fprintln(p.to, line)
		return
	}
	fmt.Fprintf(p.to, "\r%s%s", line, strings.Repeat(" ", max(0, p.wrote-len(line))))
	p.wrote = len(line)
}

// progressLine is how far things are, how fast they go, and how long it takes.
func progressLine(s farm.Progress, what string) string {
	line := fmt.Sprintf("%d of %d %s", s.Done+s.Known, s.Total, what)
	if s.Known > 0 {
		line += fmt.Sprintf(", %d of them were there", s.Known)
	}
	if s.Failed > 0 {
		line += fmt.Sprintf(", %d failed", s.Failed)
	}
	if rate := s.Rate(); rate > 0 {
		line += fmt.Sprintf(", %.3g %s/s", rate, what)
	}
	if left := s.Left(); left > 0 {
		line += fmt.Sprintf(", about %s left", roughly(left))
	}
	return line
}

// end leaves the line.
func (p *progress) end() {
	if p.live && p.wrote > 0 {
		fmt.Fprintln(p.to)
	}
}
