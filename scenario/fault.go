package scenario

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"strata/network"
)

// Fault is one thing that goes wrong. Its String is the one way in which a fault is said, in reports, traces
// and pictures.
type Fault struct {
	Kind FaultKind      `json:"kind"`
	At   time.Duration  `json:"t"`              // from the start
	For  time.Duration  `json:"for,omitempty"`  // how long it lasts, if its kind has a length
	A    []network.Addr `json:"a,omitempty"`    // whom it strikes, see Strikes
	B    []network.Addr `json:"b,omitempty"`    // of Links and Ways: towards whom; none means everybody who is not in A
	By   time.Duration  `json:"by,omitempty"`   // Delay, Skew, DiskSlow: by how much
	Rate int64          `json:"rate,omitempty"` // Slow: bytes a second; Skew: millionths that a clock runs too fast
	Wipe bool           `json:"wipe,omitempty"` // Crash: the disk is lost, too
}

// FaultKind says what a fault does. What all of one kind have in common is its Nature.
type FaultKind string

// The kinds of faults.
const (
	Reset     FaultKind = "reset"     // every connection between A and B fails at At
	Stall     FaultKind = "stall"     // nothing moves from A to B; it waits at the sender
	Partition FaultKind = "partition" // A and B cannot reach each other: connections fail, dials are refused
	Cut       FaultKind = "cut"       // what A sends B is lost, and its connection fails when the cut is over
	Delay     FaultKind = "delay"     // what A sends B takes By longer
	Slow      FaultKind = "slow"      // all connections together carry Rate bytes a second from A to B; the rest waits
	Pause     FaultKind = "pause"     // the nodes of A do nothing; what happens to them waits
	Skew      FaultKind = "skew"      // the clocks of A jump ahead by By, then run too fast by Rate, all timers too
	Crash     FaultKind = "crash"     // the nodes of A lose everything, and boot again after For
	Leave     FaultKind = "leave"     // the nodes of A crash and do not come back
	Join      FaultKind = "join"      // the nodes of A boot at At only
	DiskSlow  FaultKind = "disk-slow" // syncs of A take By longer
	DiskFull  FaultKind = "disk-full" // the disks of A take no more
	DiskFail  FaultKind = "disk-fail" // syncs of A fail
	DiskLie   FaultKind = "disk-lie"  // syncs of A say that all is safe, and make nothing safe
	DiskRot   FaultKind = "disk-rot"  // of what is safe on the disk of A one bit turns over
)

// Strikes says what the faults of a kind act on.
type Strikes uint8

// What is struck.
const (
	Nodes Strikes = iota // the nodes of A
	Links                // what is between a node of A and one of B, both ways
	Ways                 // what a node of A sends to one of B
)

// Nature is what all faults of one kind have in common: a row of a table. How a simulated network carries
// one out is a table of harness/sim.
type Nature struct {
	Strikes  Strikes
	Lasts    bool  // it has a length
	ForGood  bool  // it has none and is never over; else, without a length, it strikes at one instant
	Shifts   bool  // By says by how much
	MinRate  int64 // the bounds of Rate; 0 and 0 mean that it has none
	MaxRate  int64
	noun     string
	begins   string               // what a node that it strikes does when it begins; empty: nothing at once
	ends     string               // and when it is over
	modifier func(f Fault) string // what By, Rate and Wipe do, as it follows noun and nodes; nil: nothing
}

// MaxBy is the most that a fault delays or shifts by: it keeps sums far from the end of time.
const MaxBy = 1000 * time.Hour

var natures = map[FaultKind]Nature{
	Reset:     {Strikes: Links, noun: "reset", begins: "loses connections"},
	Stall:     {Strikes: Ways, Lasts: true, noun: "stall"},
	Partition: {Strikes: Links, Lasts: true, noun: "partition", begins: "loses connections"},
	Cut:       {Strikes: Ways, Lasts: true, noun: "cut", ends: "loses the connections that missed something"},
	Delay:     {Strikes: Ways, Lasts: true, Shifts: true, noun: "delay", modifier: shift},
	Slow:      {Strikes: Ways, Lasts: true, MinRate: 1, MaxRate: math.MaxInt64, noun: "slow link", modifier: speed},
	Pause:     {Strikes: Nodes, Lasts: true, noun: "pause", ends: "goes on"},
	Skew: {Strikes: Nodes, Lasts: true, Shifts: true, MinRate: -million + 1, MaxRate: million,
		noun: "clock skew", modifier: drift},
	Crash: {Strikes: Nodes, Lasts: true, noun: "crash", modifier: loss, begins: "crashes", ends: "boots again"},
	Leave: {Strikes: Nodes, ForGood: true, noun: "departure", begins: "leaves"},
	Join:  {Strikes: Nodes, noun: "late start", begins: "boots late"},

	DiskSlow: {Strikes: Nodes, Lasts: true, Shifts: true, noun: "slow disk", modifier: shift},
	DiskFull: {Strikes: Nodes, Lasts: true, noun: "full disk"},
	DiskFail: {Strikes: Nodes, Lasts: true, noun: "failing disk"},
	DiskLie:  {Strikes: Nodes, Lasts: true, noun: "lying disk"},
	DiskRot:  {Strikes: Nodes, noun: "disk rot", begins: "loses a bit of its disk"},
}

const million = 1_000_000

// FaultKinds lists all kinds, sorted.
func FaultKinds() []FaultKind { return slices.Sorted(maps.Keys(natures)) }

// Nature is the kind's row of the table; false for a kind that there is not.
func (k FaultKind) Nature() (Nature, bool) {
	n, ok := natures[k]
	return n, ok
}

// Nature is that of the fault's kind: its zero value for a kind that there is not.
func (f Fault) Nature() Nature { return natures[f.Kind] }

// Validate returns one error that lists everything that is wrong with the fault, or nil.
func (f Fault) Validate() error {
	n, ok := f.Kind.Nature()
	if !ok {
		return fmt.Errorf("there is no fault of the kind %q", f.Kind)
	}
	var wrong []error
	refuse := func(bad bool, format string, args ...any) {
		if bad {
			wrong = append(wrong, fmt.Errorf("%s: "+format, append([]any{n.noun}, args...)...))
		}
	}
	refuse(f.For < 0 || f.For > 0 && !n.Lasts, "For is %v, want %s", f.For, wanted(n.Lasts, "0 or more"))
	refuse(n.Strikes == Nodes && len(f.B) > 0, "B names nodes, but only those of A are struck")
	refuse(f.By < 0 || f.By > MaxBy || f.By > 0 && !n.Shifts, "By is %v, want %s", f.By,
		wanted(n.Shifts, fmt.Sprintf("0 to %v", MaxBy)))
	refuse(f.Rate < n.MinRate || f.Rate > n.MaxRate, "Rate is %d, want %s", f.Rate,
		wanted(n.MaxRate != 0, fmt.Sprintf("%d to %d", n.MinRate, n.MaxRate)))
	refuse(f.Wipe && f.Kind != Crash, "Wipe is set, but only a crash takes the disk")
	return errors.Join(wrong...)
}

// wanted says what a field should be, if the kind has it.
func wanted(has bool, what string) string {
	if has {
		return what
	}
	return "none"
}

// Begins says what a node that the fault strikes does when it begins: "crashes for 1.5s", "loses connections
// (reset between 10.0.0.1 and 10.0.0.2)".
func (f Fault) Begins() string {
	n := f.Nature()
	begins := cmp.Or(n.begins, "is struck")
	if n.Strikes != Nodes {
		return fmt.Sprintf("%s (%v)", begins, f)
	}
	if n.Lasts && f.For == 0 {
		begins += " and " + n.ends
	}
	return begins + f.extent()
}

// Ends says what such a node does when the fault is over: "boots again".
func (f Fault) Ends() string {
	n := f.Nature()
	ends := cmp.Or(n.ends, "is past it")
	if n.Strikes != Nodes {
		return fmt.Sprintf("%s (%v)", ends, f)
	}
	return ends
}

// String says what the fault does, and to whom: "crash of 10.0.0.2 for 1.5s".
func (f Fault) String() string { return f.Nature().noun + f.whom() + f.extent() }

// Brief is String where it is clear whom the fault strikes: "crash for 1.5s".
func (f Fault) Brief() string { return f.Nature().noun + f.extent() }

// extent says how much the fault does, and how long it lasts.
func (f Fault) extent() (text string) {
	if n := f.Nature(); n.modifier != nil {
		text = n.modifier(f)
	}
	if f.For > 0 {
		text += fmt.Sprintf(" for %v", Round(f.For))
	}
	return text
}

// whom says which nodes are struck.
func (f Fault) whom() string {
	b := "all others"
	if len(f.B) > 0 {
		b = Names(f.B)
	}
	switch f.Nature().Strikes {
	case Links:
		return fmt.Sprintf(" between %s and %s", Names(f.A), b)
	case Ways:
		return fmt.Sprintf(" from %s to %s", Names(f.A), b)
	}
	return " of " + Names(f.A)
}

// The modifiers of the kinds that have one.
func shift(f Fault) string { return fmt.Sprintf(" by %v", Round(f.By)) }
func speed(f Fault) string { return fmt.Sprintf(" at %d bytes a second", f.Rate) }

func loss(f Fault) string {
	if f.Wipe {
		return " without its disk"
	}
	return ""
}

func drift(f Fault) string {
	var parts []string
	if f.By > 0 {
		parts = append(parts, fmt.Sprintf("by %v", Round(f.By)))
	}
	percent := func(rate int64) string { return strconv.FormatFloat(float64(rate)/(million/100), 'f', -1, 64) }
	switch {
	case f.Rate > 0:
		parts = append(parts, percent(f.Rate)+" % fast")
	case f.Rate < 0:
		parts = append(parts, percent(-f.Rate)+" % slow")
	}
	if len(parts) == 0 {
		return ""
	}
	return " " + strings.Join(parts, " and ")
}

// Round is a time as people read it: to the millisecond, unless it is shorter.
func Round(d time.Duration) time.Duration {
	if d < time.Millisecond {
		return d
	}
	return d.Round(time.Millisecond)
}
