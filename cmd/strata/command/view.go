package command

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"strata/chain"
)

// view shows what the nodes believe: on a terminal as a table that is redrawn in place, elsewhere
// as a line for each new tip.
type view struct {
	out   io.Writer
	size  func() (columns, rows int) // of the terminal; nil: no terminal
	color bool
	start time.Time
	drawn int             // lines of the table on the screen
	tip   chain.BlockHash // of the last line
}

func newView(w World) *view {
	v := &view{out: w.Out, start: time.Now()}
	f, ok := w.Out.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return v
	}
	if name, _ := w.LookupEnv("TERM"); name == "dumb" {
		return v
	}
	v.size = func() (columns, rows int) {
		if columns, rows, err := term.GetSize(int(f.Fd())); err == nil && columns > 0 && rows > 0 {
			return columns, rows
		}
		return 80, 24
	}
	noColor, _ := w.LookupEnv("NO_COLOR")
	v.color = noColor == ""
	return v
}

// show draws the nodes.
func (v *view) show(seen []sight) {
	if v.size == nil {
		v.line(seen)
		return
	}
	v.redraw(v.table(seen))
}

// end leaves what is drawn and goes on below it.
func (v *view) end() { v.drawn = 0 }

// line prints the highest tip if it is new.
func (v *view) line(seen []sight) {
	best := seen[0]
	for _, s := range seen {
		if s.status.Height > best.status.Height {
			best = s
		}
	}
	if best.status.Tip == v.tip || best.status.Height == 0 {
		return
	}
	v.tip = best.status.Tip
	on := 0
	for _, s := range seen {
		if s.status.Tip == v.tip {
			on++
		}
	}
	fmt.Fprintf(v.out, "%5.1fs height %d tip %s on %d of %d nodes, %d pooled, balances %v\n", time.Since(v.start).Seconds(),
		best.status.Height, short(v.tip), on, len(seen), best.status.Pooled, best.balances)
}

// table is one line for each node, under a heading.
func (v *view) table(seen []sight) []string {
	lines := []string{v.cut(fmt.Sprintf("%.0fs; Ctrl-C ends it", time.Since(v.start).Seconds()), false), ""}
	lines = append(lines, v.cut(fmt.Sprintf("%-21s %7s %-16s %5s %6s %12s", "node", "height", "tip", "peers", "pooled", "balance"), false))
	top := highest(seen)
	shown := v.room(len(seen), len(lines))
	for i, s := range seen[:shown] {
		line := fmt.Sprintf("%-21s %7d %-16s %5d %6d %12d", s.addr, s.status.Height, short(s.status.Tip),
			s.status.Peers, s.status.Pooled, s.balances[i])
		lines = append(lines, v.cut(line, s.status.Height < top))
	}
	if rest := seen[shown:]; len(rest) > 0 {
		with := 0
		for _, s := range rest {
			if s.status.Height == top {
				with++
			}
		}
		lines = append(lines, v.cut(fmt.Sprintf("and %d more nodes, %d of them at height %d", len(rest), with, top), false))
	}
	return lines
}

// room is how many of the nodes there are lines for, beside others: what is taller than the terminal
// cannot be drawn over.
func (v *view) room(nodes, others int) int {
	_, rows := v.size()
	if others+nodes < rows { // and the line of the cursor
		return nodes
	}
	return max(1, min(nodes, rows-others-2))
}

// cut shortens a line to the terminal's width, and dims that of a node that is behind.
func (v *view) cut(line string, behind bool) string {
	if width, _ := v.size(); len(line) >= width {
		line = line[:width-1]
	}
	if behind && v.color {
		return "\x1b[2m" + line + "\x1b[0m"
	}
	return line
}

// redraw replaces the lines on the screen.
func (v *view) redraw(lines []string) {
	var b strings.Builder
	if v.drawn > 0 {
		fmt.Fprintf(&b, "\x1b[%dA", v.drawn) // up to the first of them
	}
	for _, line := range lines {
		b.WriteString("\r\x1b[K" + line + "\n")
	}
	io.WriteString(v.out, b.String())
	v.drawn = len(lines)
}
