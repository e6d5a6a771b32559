// Package pipe is what the grader and its child processes say to each other: JSON values on pipes of
// their own, one a line. The child's standard output and error carry nothing but what the student prints, and of a
// child that dies the runtime's last words come on a descriptor on which nobody else can write.
//
//	grader                        child
//	   | Hello                      |
//	   |--------------------------->|
//	   |                      Ready |
//	   |<---------------------------|
//	   | Request: a task            |   one at a time
//	   |--------------------------->|
//	   |                 News, News |   on the way
//	   |<---------------------------|
//	   |    the task's answer, or End: the child gives up and is gone
//	   |<---------------------------|
//
// Each task has one type, which names the type of its answer: see Task.
package pipe

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"time"
)

// The child's file descriptors.
const (
	TasksFD   = 3 // Hello, then Requests
	AnswersFD = 4 // Messages
	StackFD   = 5 // what the runtime says when it ends the process: see debug.SetCrashOutput
	SeedFD    = 6 // a file: the seed of the run that began last, in its first 8 bytes, big-endian
	PagemapFD = 7 // a socket for glass.AskPagemap, if Hello says so
)

// Hello is the first value that a child is sent.
type Hello struct {
	Nonce       string   // every message of this child carries it
	MemoryLimit int64    // bytes that the child may have in use
	Exec        []string `json:",omitempty"` // the command that runs the student's layers; nil: they are built in
	Environ     []string `json:",omitempty"` // of that command
	Pagemap     bool     `json:",omitempty"` // PagemapFD is there
	Glass       string   `json:",omitempty"` // a directory with the layers as WebAssembly, as glass.Open wants it; empty: they are built in
}

// GlassMemory is how many times as much a child may hold whose layers are behind glass: each node has a memory of its own, of
// which little is touched.
const GlassMemory = 2

// Mark is what the child prints on its standard output when it has done a task: what was printed before
// belongs to that task.
func Mark(nonce string) []byte { return []byte("\x00" + nonce + "\x00") }

// Request is a task on its way to the child.
type Request struct {
	ID      int           // messages about the task carry it
	Timeout time.Duration // of one run, in processor time; the child reports a longer one with End
	Most    time.Duration // processor time of the whole task; the child reports more with End; 0: no limit
	Task    any           // one of the types that implement Task
}

// Message is what a child reports: Ready, News, an answer or End.
type Message struct {
	Nonce string
	ID    int           // of the request that it is about; 0 for Ready
	CPU   time.Duration // processor time that the child has had so far; 0 for News
	Body  any
}

// wire is either of them as JSON: Kind says what Body is.
type wire struct {
	Nonce   string        `json:",omitempty"`
	ID      int           `json:",omitempty"`
	Timeout time.Duration `json:",omitempty"`
	Most    time.Duration `json:",omitempty"`
	CPU     time.Duration `json:",omitempty"`
	Kind    string
	Body    json.RawMessage
}

// Writer writes requests or messages.
type Writer struct {
	out *bufio.Writer
	enc *json.Encoder
}

// NewWriter returns a Writer to w.
func NewWriter(w io.Writer) *Writer {
	out := bufio.NewWriter(w)
	return &Writer{out: out, enc: json.NewEncoder(out)}
}

// Hello greets the child.
func (w *Writer) Hello(h Hello) error { return w.write(h) }

// Request sends a task.
func (w *Writer) Request(r Request) error {
	kind, body, err := pack(r.Task)
	if err != nil {
		return err
	}
	return w.write(wire{ID: r.ID, Timeout: r.Timeout, Most: r.Most, Kind: kind, Body: body})
}

// Message sends a report.
func (w *Writer) Message(m Message) error {
	kind, body, err := pack(m.Body)
	if err != nil {
		return err
	}
	return w.write(wire{Nonce: m.Nonce, ID: m.ID, CPU: m.CPU, Kind: kind, Body: body})
}

func (w *Writer) write(value any) error {
	if err := w.enc.Encode(value); err != nil {
		return err
	}
	return w.out.Flush()
}

// Reader reads what a Writer wrote: a value a line.
type Reader struct{ lines *bufio.Scanner }

// mostBytes is the longest value that is read. A child whose grader takes it for longer is mad, or hostile.
const mostBytes = 32 << 20

// NewReader returns a Reader from r.
func NewReader(r io.Reader) *Reader {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, 64<<10), mostBytes)
	return &Reader{lines}
}

// next reads one value. The error is io.EOF at the end, bufio.ErrTooLong for a value that is too long, or what
// kept it from being read.
func (r *Reader) next(value any) error {
	if !r.lines.Scan() {
		return cmp.Or(r.lines.Err(), io.EOF)
	}
	return json.Unmarshal(r.lines.Bytes(), value)
}

// Hello reads the greeting.
func (r *Reader) Hello() (h Hello, err error) {
	err = r.next(&h)
	return h, err
}

// Request reads a task.
func (r *Reader) Request() (Request, error) {
	var w wire
	if err := r.next(&w); err != nil {
		return Request{}, err
	}
	task, err := unpack(w)
	return Request{ID: w.ID, Timeout: w.Timeout, Most: w.Most, Task: task}, err
}

// Message reads a report.
func (r *Reader) Message() (Message, error) {
	var w wire
	if err := r.next(&w); err != nil {
		return Message{}, err
	}
	body, err := unpack(w)
	return Message{Nonce: w.Nonce, ID: w.ID, CPU: w.CPU, Body: body}, err
}

// pack is the value with the name of its type.
func pack(value any) (kind string, body json.RawMessage, err error) {
	of := reflect.TypeOf(value)
	if of == nil || kinds[of.Name()] != of {
		return "", nil, fmt.Errorf("pipe: %T is no message", value)
	}
	body, err = json.Marshal(value)
	return of.Name(), body, err
}

// unpack is pack's reverse.
func unpack(w wire) (any, error) {
	of := kinds[w.Kind]
	if of == nil {
		return nil, fmt.Errorf("pipe: unknown message %.40q", w.Kind)
	}
	value := reflect.New(of)
	if err := json.Unmarshal(w.Body, value.Interface()); err != nil {
		return nil, fmt.Errorf("pipe: %s: %w", w.Kind, err)
	}
	return value.Elem().Interface(), nil
}
