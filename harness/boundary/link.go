package boundary

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"time"

	"strata/network"
)

// Version is that of the protocol.
const Version = 1

// mostDepth is how deep calls may nest. Layers that call each other without end go beyond it.
const mostDepth = 400

// message is a call, or its answer. Which it is says kind; of the other fields those are set that belong to it.
type message struct {
	kind    kind
	call    string
	on      int
	args    []any // of a call to be sent
	got     []raw // of one that came
	value   any   // that is returned, to be sent
	ret     raw   // that came
	failure *failure
	crash   *Crash
}

// kind is what a message is.
type kind uint8

const (
	isNothing kind = iota
	isCall
	isReturn
	isError
	isCrash
)

// raw is a value as it came, which nobody has read yet.
type raw []byte

// codec is how values are written down.
type codec interface {
	// read reads a value into what a pointer points at.
	read(r raw, into any) error
	// show is a value for people.
	show(r raw) string
	// pairs are the names and values of settings, one after the other.
	pairs(r raw) ([]raw, error)
}

// named is how messages are that have names in them, and their values.
type named interface {
	codec
	// append adds the message.
	append(to []byte, m message) []byte
	// parse reads a message, which keeps the bytes. The error says what is wrong with it.
	parse(b []byte) (message, error)
}

// carrier carries messages to the other side.
type carrier interface {
	// exchange sends a call and returns the answer to it. Calls that come in the meantime go to the link's
	// answer. It fails the link if there is no answer.
	exchange(l *Link, call message) message
}

// direct carries what layers ask of their host most often, without the form of a message.
type direct interface {
	now(host int) int64
	rand(host int) uint64
	after(host int, d time.Duration, run int) network.TimerID
	cancel(host int, id network.TimerID)
	write(stream int, head, body []byte)
	queued(stream int) int
}

// failure is an error on its way over the boundary.
type failure struct {
	Name string `json:"name,omitempty"` // of an error of the contracts, such as network.ErrClosed
	Text string `json:"text"`
	Ref  int    `json:"ref,omitempty"` // of an error of this side that says more than the name
}

// Crash is an exception that nobody caught. It is what a call panics with.
type Crash struct {
	Text  string   `json:"text"`
	Trace []string `json:"trace,omitempty"` // innermost first: "file:line in function"
	Step  string   `json:"step,omitempty"`  // that is not written yet
}

// Error is the text, and where it happened.
func (c *Crash) Error() string {
	text := c.Text
	for _, at := range c.Trace {
		text += "\n  " + at
	}
	return text
}

// value is what the call panics with: network.NotWritten for a step that is not written.
func (c *Crash) value() error {
	if c.Step != "" {
		return network.NotWritten(c.Step)
	}
	return c
}

// Where is the innermost place; empty: unknown.
func (c *Crash) Where() string {
	if len(c.Trace) == 0 {
		return ""
	}
	at, _, _ := strings.Cut(c.Trace[0], " in ")
	return at
}

// ErrProtocol reports a process that does not keep to the protocol.
var ErrProtocol = errors.New("boundary: the process does not keep to the protocol")

// object is something of this side that the process can call.
type object interface {
	serve(l *Link, method method, args arguments) (any, error)
}

// Link is one end of the boundary. It is for one goroutine.
type Link struct {
	codec   codec
	carrier carrier
	post    post     // carries messages in the brief form; nil: the carrier carries all
	room    Room     // to which some go without any form; nil: none
	out     []byte   // the last brief message that was handed over
	packed  []byte   // the last state that was packed
	in      []byte   // brief calls under way
	stack   []raw    // arguments of these
	name    string   // of the method that was called last, where it goes by its name
	direct  direct   // nil: all goes by messages
	factory object   // object 0 of this side; nil: it has none
	objects []object // by number, from 1 on
	errs    []error  // handed over, by number from 1 on
	depth   int
	failed  error  // nothing can be said any longer
	turn    uint64 // counts the calls that came while none of ours was under way
	draws   bool   // the other side asks the host for random numbers: it gets no seed
	compact bool   // some values go packed
	owns    bool   // the other side knows its own layers by negative numbers
	last    unpacked
	texts   [keptTexts]string // that came

	electives []string // that the other side has; a room says nothing of it
}

// clear forgets all objects of this side.
func (l *Link) clear() {
	l.objects, l.errs, l.last = nil, nil, unpacked{}
}

// call calls a method of an object of the process and reads what it returns into result, which may be nil. The error is one
// that the method returned. It panics with a *Crash if the process crashes, and with what wraps ErrProtocol
// if it says what makes no sense or is gone.
func (l *Link) call(result any, method method, on int, args ...any) error {
	if l.depth++; l.depth > mostDepth {
		l.fail(fmt.Errorf("boundary: calls nest more than %d deep", mostDepth))
	}
	if l.failed == nil && l.room == nil && l.post != nil { // in a room: no panic passes by
		answer := l.posted(method, on, args)
		l.depth--
		return l.tookBrief(result, method, answer)
	}
	answered := false
	defer func() {
		if !answered && l.failed == nil { // somebody's panic passes by: the process waits for an answer that never comes
			l.failed = errors.New("boundary: the run has ended")
		}
	}()
	if l.failed != nil {
		panic(l.failed)
	}
	if l.post != nil {
		answer := l.posted(method, on, args)
		l.depth, answered = l.depth-1, true
		return l.tookBrief(result, method, answer)
	}
	m := l.carrier.exchange(l, message{kind: isCall, call: method.String(), on: on, args: kept(args)})
	l.depth, answered = l.depth-1, true
	return l.took(result, method, m)
}

// tookBrief is what comes of an answer in the brief form.
func (l *Link) tookBrief(result any, method method, answer []byte) error {
	if len(answer) == 0 && result == nil {
		return nil
	}
	if v := answer[min(1, len(answer)):]; len(v) > 0 && answer[0] == briefReturn && valueSize(v) == len(v) {
		return l.returned(result, method, v)
	}
	return l.took(result, method, l.parsed(answer))
}

// took is what comes of an answer.
func (l *Link) took(result any, method method, m message) error {
	switch m.kind {
	case isCrash:
		l.crash(m.crash)
	case isError:
		return l.errorOf(m.failure)
	case isReturn:
		return l.returned(result, method, m.ret)
	}
	return nil
}

// returned is what comes of a value that a method returned.
func (l *Link) returned(result any, method method, v raw) error {
	if result == nil {
		return nil
	}
	if err := l.codec.read(v, result); err != nil {
		l.fail(fmt.Errorf("%w: %s returned %s, which is not what it should return", ErrProtocol, method, l.codec.show(v)))
	}
	return nil
}

// ask is call for a method that returns no error by its contract. It panics with a *Crash if it returns one all the same:
// an exception of the process that nobody caught.
func (l *Link) ask(result any, method method, on int, args ...any) {
	err := l.call(result, method, on, args...)
	if err == nil {
		return
	}
	l.crash(&Crash{Text: fmt.Sprintf("%s raises an error that nobody catches: %v", method, err)})
}

// crash panics. It ends the link if callers over there still wait for an answer.
func (l *Link) crash(c *Crash) {
	if l.depth > 0 {
		l.failed = c
	}
	panic(c.value())
}

// do is ask for a method that returns nothing.
func (l *Link) do(method method, on int, args ...any) { l.ask(nil, method, on, args...) }

// hear serves a call that comes while one of ours is under way. Only those who make layers answer for a panic.
func (l *Link) hear(m message) message {
	if l.factory != nil {
		return l.respond(m)
	}
	return l.answer(m)
}

// answer serves a call of the other side.
func (l *Link) answer(m message) message {
	l.name = m.call
	value, err := l.serve(methodOf(m.call), m.on, m.got)
	if err != nil {
		return message{kind: isError, failure: l.failureOf(err)}
	}
	return message{kind: isReturn, value: value}
}

// serve has the object do what is asked.
func (l *Link) serve(method method, on int, args []raw) (any, error) {
	if on > 0 && on <= len(l.objects) {
		o := l.objects[on-1]
		if _, once := o.(timed); once {
			l.objects[on-1] = gone{}
		}
		return o.serve(l, method, arguments{l, method, args})
	}
	if on != 0 || l.factory == nil {
		l.fail(fmt.Errorf("%w: %s is called on object %d, which does not exist", ErrProtocol, method, on))
	}
	return l.factory.serve(l, method, arguments{l, method, args})
}

// fail ends the link. It panics.
func (l *Link) fail(err error) {
	l.failed = err
	panic(err)
}

// shown is the beginning of a text, for an error.
func shown(text []byte) string {
	const most = 120
	text = bytes.TrimSpace(text)
	if len(text) > most {
		return fmt.Sprintf("%.*q...", most, text)
	}
	return fmt.Sprintf("%q", text)
}
