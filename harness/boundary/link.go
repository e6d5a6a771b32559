package boundary

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"strata/network"
)

// Version is that of the protocol.
const Version = 1

// mostLine is the longest line that is read, in bytes: a message of the largest frame in base64, and its surroundings.
const mostLine = 8 << 20

// mostDepth is how deep calls may nest. Layers that call each other without end go beyond it.
const mostDepth = 400

// message is one line: a call, or its answer.
type message struct {
	Call   string            `json:"call,omitempty"`
	On     int               `json:"on,omitempty"`
	Args   []json.RawMessage `json:"args,omitempty"`
	Return json.RawMessage   `json:"return,omitempty"`
	Error  *failure          `json:"error,omitempty"`
	Crash  *Crash            `json:"crash,omitempty"`
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
	serve(l *Link, method string, args arguments) (any, error)
}

// Link is one end of the boundary. It is for one goroutine.
type Link struct {
	in      *bufio.Reader
	out     *bufio.Writer
	objects []object // by number, from 1 on
	errs    []error  // handed over, by number from 1 on
	depth   int
	failed  error // nothing can be said any longer
}

// newLink reads the first line.
func newLink(in io.Reader, out io.Writer) (*Link, error) {
	l := &Link{in: bufio.NewReaderSize(in, 64<<10), out: bufio.NewWriterSize(out, 64<<10)}
	line, err := l.line()
	if err != nil {
		return nil, err
	}
	var hello struct{ Strata int }
	if json.Unmarshal(line, &hello) != nil || hello.Strata == 0 {
		return nil, fmt.Errorf(`%w: its first line has to be {"strata":%d}, not %s`, ErrProtocol, Version, shown(line))
	}
	if hello.Strata != Version {
		return nil, fmt.Errorf("%w: it speaks version %d, and this program version %d", ErrProtocol, hello.Strata, Version)
	}
	return l, nil
}

// clear forgets all objects of this side.
func (l *Link) clear() {
	l.objects, l.errs = nil, nil
}

// export is the number by which the process can call an object of this side.
func (l *Link) export(o object) int {
	l.objects = append(l.objects, o)
	return len(l.objects)
}

// call calls a method of an object of the process and reads what it returns into result, which may be nil. The error is one
// that the method returned. It panics with a *Crash if the process crashes, and with what wraps ErrProtocol
// if it says what makes no sense or is gone.
func (l *Link) call(result any, method string, on int, args ...any) error {
	if l.depth++; l.depth > mostDepth {
		l.fail(fmt.Errorf("boundary: calls nest more than %d deep", mostDepth))
	}
	answered := false
	defer func() {
		if !answered && l.failed == nil { // somebody's panic passes by: the process waits for an answer that never comes
			l.failed = errors.New("boundary: the run has ended")
		}
	}()
	l.send(message{Call: method, On: on, Args: l.pack(args)})
	for {
		m := l.receive()
		switch {
		case m.Call != "":
			l.answer(m)
			continue
		case m.Crash != nil:
			l.depth, answered = l.depth-1, true
			l.crash(m.Crash)
		case m.Error != nil:
			l.depth, answered = l.depth-1, true
			return l.errorOf(m.Error)
		case result != nil && m.Return != nil:
			if err := json.Unmarshal(m.Return, result); err != nil {
				l.fail(fmt.Errorf("%w: %s returned %s, which is not what it should return", ErrProtocol, method, shown(m.Return)))
			}
		}
		l.depth, answered = l.depth-1, true
		return nil
	}
}

// ask is call for a method that returns no error by its contract. It panics with a *Crash if it returns one all the same:
// an exception of the process that nobody caught.
func (l *Link) ask(result any, method string, on int, args ...any) {
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
func (l *Link) do(method string, on int, args ...any) { l.ask(nil, method, on, args...) }

// pack is the arguments as JSON.
func (l *Link) pack(args []any) []json.RawMessage {
	packed := make([]json.RawMessage, len(args))
	for i, a := range args {
		if b, is := a.([]byte); is && b == nil {
			a = []byte{} // no bytes, and not null
		}
		text, err := json.Marshal(a)
		if err != nil {
			panic(fmt.Sprintf("boundary: %T: %v", a, err)) // ours: nothing of the process's
		}
		packed[i] = text
	}
	return packed
}

// answer serves a call of the process.
func (l *Link) answer(m message) {
	if m.On < 1 || m.On > len(l.objects) {
		l.fail(fmt.Errorf("%w: %s is called on object %d, which does not exist", ErrProtocol, m.Call, m.On))
	}
	value, err := l.objects[m.On-1].serve(l, m.Call, arguments{l, m.Call, m.Args})
	if err != nil {
		l.send(message{Error: l.failureOf(err)})
		return
	}
	text, err := json.Marshal(value)
	if err != nil {
		panic(fmt.Sprintf("boundary: %T: %v", value, err))
	}
	l.send(message{Return: text})
}

// send writes a line.
func (l *Link) send(m message) {
	if l.failed != nil {
		panic(l.failed)
	}
	text, err := json.Marshal(m)
	if err == nil {
		_, _ = l.out.Write(append(text, '\n'))
		err = l.out.Flush()
	}
	if err != nil {
		l.fail(fmt.Errorf("%w: it does not read what it is sent: %v", ErrProtocol, err))
	}
}

// receive reads a line.
func (l *Link) receive() (m message) {
	line, err := l.line()
	if err != nil {
		l.fail(err)
	}
	if err := json.Unmarshal(line, &m); err != nil {
		l.fail(fmt.Errorf("%w: %s is no message", ErrProtocol, shown(line)))
	}
	if m.Call == "" && m.Return == nil && m.Error == nil && m.Crash == nil {
		l.fail(fmt.Errorf("%w: %s is neither a call nor an answer", ErrProtocol, shown(line)))
	}
	return m
}

// line reads up to the end of a line.
func (l *Link) line() ([]byte, error) {
	var whole []byte
	for {
		part, err := l.in.ReadSlice('\n')
		if err == nil && whole == nil {
			return part, nil
		}
		whole = append(whole, part...)
		switch {
		case len(whole) > mostLine:
			return nil, fmt.Errorf("%w: a line is longer than %d MiB", ErrProtocol, mostLine>>20)
		case err == nil:
			return whole, nil
		case errors.Is(err, bufio.ErrBufferFull):
		case len(whole) > 0:
			return nil, fmt.Errorf("%w: it ends in the middle of the line %s", ErrProtocol, shown(whole))
		default:
			return nil, fmt.Errorf("%w: it has ended, or does not answer in time", ErrProtocol)
		}
	}
}

// fail ends the link. It panics.
func (l *Link) fail(err error) {
	l.failed = err
	panic(err)
}

// shown is the beginning of a line, for an error.
func shown(line []byte) string {
	const most = 120
	line = bytes.TrimSpace(line)
	if len(line) > most {
		return fmt.Sprintf("%.*q...", most, line)
	}
	return fmt.Sprintf("%q", line)
}
