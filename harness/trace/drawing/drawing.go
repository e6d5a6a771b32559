// Package drawing makes of a recorded run what the space-time diagram of web/kit is given: lanes by number,
// messages put together from both of their ends, faults in words.
package drawing

import (
	"slices"

	"strata/harness/sim"
	"strata/harness/trace"
	"strata/network"
	"strata/scenario"
)

// Drawing is a run as the diagram has it.
type Drawing struct {
	Header   trace.Header `json:"header"`
	Faults   []Fault      `json:"faults"`
	Events   []Event      `json:"events"`
	Messages []Arrow      `json:"messages"`
}

// Fault is one of the run's, and what there is to see of it.
type Fault struct {
	scenario.Fault
	Said    string `json:"said"`
	Brief   string `json:"brief"`           // where the lanes show whom it strikes
	Alone   bool   `json:"alone,omitempty"` // it strikes nodes, not what is between them
	ForGood bool   `json:"good,omitempty"`  // it is never over
}

// Event is a trace.Event without what the messages say.
type Event struct {
	Index int           `json:"i"`
	At    int64         `json:"t"`
	Lane  int           `json:"n"` // -1: of no node
	Kind  sim.TraceKind `json:"k"`
	Peer  string        `json:"p,omitempty"`
	Conn  uint32        `json:"c,omitempty"`
	In    bool          `json:"in,omitempty"`
	Bytes int           `json:"b,omitempty"`
	Text  string        `json:"x,omitempty"`
	Cause int           `json:"u,omitempty"`
}

// Arrow is a message from lane to lane.
type Arrow struct {
	trace.Message
	From  int    `json:"f"`
	To    int    `json:"g"` // -1: no node is there
	Sent  int    `json:"s"` // events
	Got   int    `json:"r,omitempty"`
	Frame []byte `json:"d,omitempty"` // its first bytes
}

// maxFrame is how many bytes of a frame a drawing has.
const maxFrame = 2 << 10

// place is a message's: the connection by who dialled whom, the direction, and its number there.
type place struct {
	from, to network.Addr
	conn     uint32
	answer   bool
	number   int
}

// placeOf is the place of a message that the event's node, or else its peer, has sent.
func placeOf(e trace.Event, m trace.Message, own bool) place {
	p := place{from: e.Node, to: e.Peer, conn: e.Conn, answer: e.Incoming == own, number: m.Number}
	if e.Incoming {
		p.from, p.to = e.Peer, e.Node
	}
	return p
}

// Of is the drawing of a run.
func Of(run trace.Run) Drawing {
	d := Drawing{Header: run.Header, Faults: faults(run), Events: []Event{}, Messages: []Arrow{}}
	d.Header.Faults = nil
	lanes := make(map[network.Addr]int)
	for i, n := range run.Nodes {
		lanes[n] = i
	}
	lane := func(n network.Addr) int {
		if i, ok := lanes[n]; ok {
			return i
		}
		return -1
	}
	sent := make(map[place]int) // index in d.Messages
	for _, e := range run.Events {
		d.Events = append(d.Events, Event{Index: e.Index, At: int64(e.At), Lane: lane(e.Node), Kind: e.Kind,
			Peer: string(e.Peer), Conn: e.Conn, In: e.Incoming, Bytes: e.Bytes, Text: e.Text, Cause: e.Cause})
		for _, m := range e.Messages {
			if e.Kind == sim.TraceWrite {
				sent[placeOf(e, m, true)] = len(d.Messages)
				d.Messages = append(d.Messages, Arrow{Message: m, From: lane(e.Node), To: lane(e.Peer), Sent: e.Index,
					Frame: m.Frame()[:min(len(m.Frame()), maxFrame)]})
			} else if i, ok := sent[placeOf(e, m, false)]; ok {
				d.Messages[i].Got = e.Index
			}
		}
	}
	return d
}

// faults are those that strike nodes of the run, and name no others: a run that was made smaller has lost nodes
// that its faults were drawn for.
func faults(run trace.Run) []Fault {
	found := []Fault{}
	for _, f := range run.Faults {
		gone := func(n network.Addr) bool { return !slices.Contains(run.Nodes, n) }
		a, b := slices.DeleteFunc(slices.Clone(f.A), gone), slices.DeleteFunc(slices.Clone(f.B), gone)
		if len(a) == 0 && len(f.A) > 0 || len(b) == 0 && len(f.B) > 0 {
			continue
		}
		f.A, f.B = a, b
		n := f.Nature()
		found = append(found, Fault{Fault: f, Said: f.String(), Brief: f.Brief(), Alone: n.Strikes == scenario.Nodes, ForGood: n.ForGood})
	}
	return found
}
