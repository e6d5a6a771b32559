package shrink

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"strata/harness/trace"
)

// Line is one line of the trace that is shown.
type Line struct {
	At   time.Duration
	Who  string // "10.0.0.1", or "10.0.0.1 -> 10.0.0.2 10.0.0.3"
	What string

	Frame string `json:",omitempty"` // "file:line" of the student's code that set the timer; empty: there is none

	weight int

	bytes, pieces int // of pieces that complete no message: those that follow one another are one line

	// Of messages, until merge puts the rest together:
	from  string
	to    []string
	there []time.Duration // when it arrived
}

// never is the time of what has not arrived.
const never time.Duration = -1

// The weights of lines: what is left out first is what weighs least.
const (
	below  = 1 + iota // of a layer below that of the scenario
	own               // of its layer, or of one above
	struck            // faults and work
	led               // of its layer or above, and one event of the chain that led to the violation
)

// Stamp is a time in seconds, to the millisecond.
func Stamp(t time.Duration) string { return fmt.Sprintf("%.3f s", t.Seconds()) }

// merge makes one line of a message that is sent to several peers at once.
func merge(lines []Line) []Line {
	var merged []Line
	for _, l := range lines {
		i := len(merged) - 1
		if i >= 0 && l.pieces > 0 && merged[i].pieces > 0 && merged[i].Who == l.Who && merged[i].What == l.What {
			merged[i].bytes += l.bytes
			merged[i].pieces += l.pieces
			continue
		}
		for ; i >= 0 && merged[i].At == l.At && l.from != ""; i-- {
			m := &merged[i]
			if m.from == l.from && m.What == l.What && !slices.Contains(m.to, l.to[0]) {
				m.to, m.there = append(m.to, l.to...), append(m.there, l.there...)
				break
			}
		}
		if i < 0 || l.from == "" || merged[i].At != l.At {
			merged = append(merged, l)
		}
	}
	for i := range merged {
		merged[i].finish()
	}
	return merged
}

// finish writes out whom a message went to, and when it got there.
func (l *Line) finish() {
	if l.pieces > 0 {
		l.What = fmt.Sprintf("%s%s in %s", l.What, trace.CountOf(l.bytes, "byte"), trace.CountOf(l.pieces, "piece"))
	}
	if l.from == "" {
		return
	}
	l.Who = l.from + " -> " + strings.Join(l.to, " ")
	var times []string
	for _, at := range l.there {
		if at == never {
			times = append(times, "-")
		} else {
			times = append(times, Stamp(at))
		}
	}
	if slices.Max(l.there) == never {
		l.What += "  (never arrives)"
	} else {
		l.What += "  (there at " + strings.Join(times, ", ") + ")"
	}
}

// most is how many lines of a trace are shown.
const most = 15

// enough is how many lines about the layer itself and those above tell the story alone.
const enough = 3

// choose leaves out lines until few enough are left: those of layers below first, then the oldest
// messages, then the oldest of all, and last those that led straight to the violation. Above p2p the
// layers below are left out altogether if enough else is there. A line says where others are missing.
func (v view) choose(lines []Line) (shown []Line, hidden, all int) {
	room := most
	ours := 0
	for _, l := range lines {
		if l.weight == own || l.weight == led {
			ours++
		}
	}
	if v.near() == 0 && !v.whole && ours >= enough {
		room = 0
	}
	for i := 0; i < len(lines) && len(lines)-hidden > room; i++ {
		if lines[i].weight == below {
			hidden++
			lines[i].weight = 0
		}
	}
	lines = slices.DeleteFunc(lines, func(l Line) bool { return l.weight == 0 })
	all = len(lines)
	if all <= most {
		return lines, hidden, all
	}
	missing, last := 0, 0
	for weight := own; weight <= led; weight++ {
		for i := 0; i < len(lines) && len(lines)-missing >= most; i++ {
			if lines[i].weight == weight {
				missing, last = missing+1, i
				lines[i].weight = 0
			}
		}
	}
	lines[last].Who, lines[last].What, lines[last].weight = "...", fmt.Sprintf("(%d more events before)", missing), own
	return slices.DeleteFunc(lines, func(l Line) bool { return l.weight == 0 }), hidden, all
}
