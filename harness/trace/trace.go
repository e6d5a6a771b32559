// Package trace is one recorded run as a value: what happened at every node, in order, with the
// messages that the bytes carried and what caused what. It comes from the simulator (Recorder), is
// written as JSON lines (docs/trace-format.md); harness/trace/page draws it.
package trace

import (
	"cmp"
	"time"

	"strata/harness/lab"
	"strata/harness/sim"
	"strata/network"
	"strata/scenario"
)

// The identity of the format, in the first line of a file.
const (
	Format  = "strata-trace"
	Version = 1
)

// Run is a recorded run.
type Run struct {
	Header
	Events []Event // ascending in time; Index counts up by one
}

// Header is what there is to say about the run as a whole.
type Header struct {
	Format   string           `json:"format"`
	Version  int              `json:"version"`
	Source   string           `json:"source"` // "simulation" or "capture"
	Scenario string           `json:"scenario,omitempty"`
	Seed     uint64           `json:"seed,string,omitempty"`
	Title    string           `json:"title,omitempty"` // the scenario's promise
	Rules    []string         `json:"rules,omitempty"` // that the scenario proves
	Nodes    []network.Addr   `json:"nodes"`           // in the order of their lanes
	Start    time.Time        `json:"start"`           // the time of day of t = 0
	Dropped  int              `json:"dropped,omitempty"`
	Faults   []scenario.Fault `json:"faults,omitempty"`
	Failure  *Failure         `json:"failure,omitempty"` // nil: the run passed, or nobody checked
	Why      *Why             `json:"why,omitempty"`     // nil: nobody asked
	Guide    *Guide           `json:"guide,omitempty"`   // nil: the run passed, or nobody knows more
}

// Guide is what whoever wrote the code can do about a failure.
type Guide struct {
	Step     string   `json:"step"`
	Where    string   `json:"where,omitempty"` // "file:line", and the function if only that is known
	Code     string   `json:"code,omitempty"`  // the lines around it, numbered
	Asked    []Asked  `json:"asked,omitempty"` // of a pool or an executor: the call that was answered wrongly
	Hints    []string `json:"hints,omitempty"` // from a nudge to pseudo-code: to be shown one at a time
	Commands []string `json:"commands,omitempty"`
}

// Asked is one thing to know of a call: what was given, the call, the answer, or ours.
type Asked struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// Failure is why the run did not pass, as a record has it.
type Failure struct {
	Rule     string        `json:"rule,omitempty"`
	RuleText string        `json:"rule_text,omitempty"`
	Clause   string        `json:"clause,omitempty"` // the words of the rule that are broken
	Text     string        `json:"text"`             // expected and got
	At       time.Duration `json:"t"`
	File     string        `json:"file,omitempty"` // "file:line" of the layer's code
	Event    int           `json:"event,omitempty"`
}

// FailureOf is the failure of a run; nil if it passed.
func FailureOf(f *lab.Failure) *Failure {
	if f == nil {
		return nil
	}
	return &Failure{Rule: f.Rule, Clause: f.Clause, Text: cmp.Or(f.Text, "the run failed"), At: f.At, File: f.Frame}
}

// Why says how likely the run was to fail, as time went by: up to each point as it was, from there
// on with other random numbers.
type Why struct {
	Futures int      `json:"futures"` // that were tried at each point
	Points  []Chance `json:"points"`  // ascending in time
	Doomed  int      `json:"doomed"`  // the point before which failing became likely, counted from 0; -1: none
}

// Chance is one point of Why.
type Chance struct {
	At     time.Duration `json:"t"`
	Failed int           `json:"failed"` // of the futures
}

// Event is one thing that happened at one node, and what the recorder knows about it. Timers are told by
// their causes, and of what arrives the bytes are those that were written.
type Event struct {
	Index int `json:"i"` // from 1
	sim.TraceEvent
	Offset   int64     `json:"offset,omitempty"` // of the first byte in its direction of the connection
	Messages []Message `json:"messages,omitempty"`
	Cause    int       `json:"cause,omitempty"` // the event that led to this one; 0: unknown
}

// MessageType says what a message is: one of layer 2, or no message at all.
type MessageType string

// The types.
const (
	TypeRegular  MessageType = "regular"
	TypeRequest  MessageType = "request"
	TypeResponse MessageType = "response"
	TypeFrame    MessageType = "frame" // a frame that holds no message of layer 2
	TypeBytes    MessageType = "bytes" // not even frames
	TypePart     MessageType = "part"  // the beginning of a frame whose end was never written
)

// Message is what a frame carries. Fields that it does not have are left out.
type Message struct {
	Number   int            `json:"n"`     // in its direction of the connection, from 1
	Layer    string         `json:"layer"` // that it belongs to
	Type     MessageType    `json:"type"`
	ID       uint32         `json:"id,omitempty"`
	Kind     string         `json:"kind,omitempty"` // of a response: that of its request
	Size     int            `json:"size"`           // of the frame, without its length
	Summary  string         `json:"summary"`
	Gossip   string         `json:"gossip,omitempty"` // id, in hex
	Search   string         `json:"search,omitempty"` // id, in hex
	Accepted *bool          `json:"accepted,omitempty"`
	Peers    []network.Addr `json:"peers,omitempty"`
	Tx       *Transaction   `json:"tx,omitempty"`
	Block    *Block         `json:"block,omitempty"`

	frame []byte
}

// Frame is the whole frame without its length: nil in a run that was read from a file. It is not
// modified.
func (m Message) Frame() []byte { return m.frame }

// Transaction has the fields of one. Numbers of 64 bits are texts in JSON: many readers have no such
// integers.
type Transaction struct {
	ID        string `json:"id"`
	Sender    string `json:"sender"`
	Recipient string `json:"recipient"`
	Nonce     uint64 `json:"nonce,string"`
	Amount    uint64 `json:"amount,string"`
}

// Block has the fields of one.
type Block struct {
	Number   uint64        `json:"number,string"`
	Nonce    uint64        `json:"nonce,string"`
	Hash     string        `json:"hash"`
	Parent   string        `json:"parent"`
	Coinbase string        `json:"coinbase"`
	Txs      []Transaction `json:"txs"`
}
