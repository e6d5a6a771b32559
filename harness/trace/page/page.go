// Package page draws a recorded run as one self-contained HTML page. It is apart from harness/trace
// so that the grader's child, which links that, stays small.
package page

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"io/fs"
	"strings"

	"strata/harness/sim"
	"strata/harness/trace"
	"strata/network"
	"strata/scenario"
)

//go:embed assets
var assets embed.FS

// scripts are the page's, in the order in which they run.
var scripts = []string{"theme.js", "data.js", "scale.js", "paint.js", "marks.js", "why.js", "details.js",
	"toolbar.js", "input.js", "main.js"}

// Write draws the run as a page that needs nothing but itself: the time runs downwards, every
// node is a lane, every message an arrow.
func Write(w io.Writer, run trace.Run) error {
	script := []byte("'use strict';\n(() => {\n")
	for _, name := range scripts {
		text, err := fs.ReadFile(assets, "assets/"+name)
		if err != nil {
			return fmt.Errorf("page: %w", err)
		}
		script = append(append(script, text...), '\n')
	}
	script = append(script, "})();\n"...)
	style, err := fs.ReadFile(assets, "assets/style.css")
	if err != nil {
		return fmt.Errorf("page: %w", err)
	}
	frame, err := fs.ReadFile(assets, "assets/page.html")
	if err != nil {
		return fmt.Errorf("page: %w", err)
	}
	data, err := json.Marshal(picture(run)) // escapes <, > and &: no text can end the script element
	if err != nil {
		return fmt.Errorf("page: %w", err)
	}
	name := run.Scenario
	if name == "" {
		name = run.Title
	}
	fill := strings.NewReplacer(
		"{{title}}", html.EscapeString(name),
		"{{policy}}", policy(script, style),
		"{{style}}", string(style),
		"{{script}}", string(script),
		"{{data}}", string(data),
	)
	if _, err := fill.WriteString(w, string(frame)); err != nil {
		return fmt.Errorf("page: %w", err)
	}
	return nil
}

// policy lets nothing run and nothing load but what is in the page.
func policy(script, style []byte) string {
	digest := func(text []byte) string {
		sum := sha256.Sum256(text)
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	return "default-src 'none'; script-src " + digest(script) + "; style-src " + digest(style) +
		"; base-uri 'none'; form-action 'none'"
}

// drawing is what the page is given: lanes by number, messages put together from both of their ends.
type drawing struct {
	Header   trace.Header `json:"header"`
	Faults   []fault      `json:"faults"`
	Events   []event      `json:"events"`
	Messages []arrow      `json:"messages"`
}

// fault is a Fault and what is to be seen of it.
type fault struct {
	scenario.Fault
	Said    string `json:"said"`
	Brief   string `json:"brief"`           // where the lanes show whom it strikes
	Alone   bool   `json:"alone,omitempty"` // it strikes nodes, not what is between them
	ForGood bool   `json:"good,omitempty"`  // it is never over
}

// event is an Event without what the messages say.
type event struct {
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

// arrow is a message from lane to lane.
type arrow struct {
	trace.Message
	From  int    `json:"f"`
	To    int    `json:"g"` // -1: no node is there
	Sent  int    `json:"s"` // events
	Got   int    `json:"r,omitempty"`
	Frame []byte `json:"d,omitempty"` // its first bytes
}

// maxFrame is how many bytes of a frame the page shows.
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

// picture makes what the page is given.
func picture(run trace.Run) drawing {
	d := drawing{Header: run.Header, Faults: []fault{}, Events: []event{}, Messages: []arrow{}}
	d.Header.Faults = nil
	for _, f := range run.Faults {
		n := f.Nature()
		d.Faults = append(d.Faults, fault{Fault: f, Said: f.String(), Brief: f.Brief(),
			Alone: n.Strikes == scenario.Nodes, ForGood: n.ForGood})
	}
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
		d.Events = append(d.Events, event{Index: e.Index, At: int64(e.At), Lane: lane(e.Node), Kind: e.Kind,
			Peer: string(e.Peer), Conn: e.Conn, In: e.Incoming, Bytes: e.Bytes, Text: e.Text, Cause: e.Cause})
		for _, m := range e.Messages {
			if e.Kind == sim.TraceWrite {
				sent[placeOf(e, m, true)] = len(d.Messages)
				d.Messages = append(d.Messages, arrow{Message: m, From: lane(e.Node), To: lane(e.Peer), Sent: e.Index,
					Frame: m.Frame()[:min(len(m.Frame()), maxFrame)]})
			} else if i, ok := sent[placeOf(e, m, false)]; ok {
				d.Messages[i].Got = e.Index
			}
		}
	}
	return d
}
