//go:build !wasip1

package boundary

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// MostMessage is the longest message that is read, in bytes: one with the largest frame in base64, and its surroundings.
const MostMessage = 8 << 20

// greeting is the first line of a process.
type greeting struct {
	Strata int    `json:"strata"`
	Form   string `json:"form,omitempty"`  // "cbor": messages are frames of CBOR; empty: they are lines of JSON
	Draws  bool   `json:"draws,omitempty"` // it asks the host for random numbers, and needs no seeds
	Owns   bool   `json:"owns,omitempty"`  // it knows its own layers by negative numbers

	Electives []string `json:"electives,omitempty"` // that it has besides the six layers
}

// newLink reads the first line.
func newLink(in io.Reader, out io.Writer) (*Link, error) {
	s := newStdio(in, out)
	line, err := s.line()
	if err != nil {
		return nil, err
	}
	var hello greeting
	if json.Unmarshal(line, &hello) != nil || hello.Strata == 0 {
		return nil, fmt.Errorf(`%w: its first line has to be {"strata":%d}, not %s`, ErrProtocol, Version, shown(line))
	}
	if hello.Strata != Version {
		return nil, fmt.Errorf("%w: it speaks version %d, and this program version %d", ErrProtocol, hello.Strata, Version)
	}
	return s.link(hello)
}

// link is the link in the form that the first line has chosen.
func (s *stdio) link(hello greeting) (*Link, error) {
	l := &Link{carrier: s, draws: hello.Draws, owns: hello.Owns, electives: hello.Electives}
	switch hello.Form {
	case "":
		s.form = inJSON{}
	case "cbor":
		s.form, s.frames = inCBOR{}, true
	default:
		return nil, fmt.Errorf(`%w: its first line has the form %q: want "cbor", or none for lines of JSON`, ErrProtocol, hello.Form)
	}
	l.codec = s.form
	return l, nil
}

func newStdio(in io.Reader, out io.Writer) *stdio {
	return &stdio{in: bufio.NewReaderSize(in, 64<<10), out: bufio.NewWriterSize(out, 64<<10)}
}

// stdio carries messages over two streams of bytes.
type stdio struct {
	in     *bufio.Reader
	out    *bufio.Writer
	form   named
	frames bool // messages have their length in front, as a frame of layer 1 has (NET-1); else each is a line
}

func (s *stdio) exchange(l *Link, call message) message {
	s.send(l, call)
	for {
		m := s.receive(l)
		if m.kind != isCall {
			return m
		}
		s.send(l, l.hear(m))
	}
}

// send writes a message.
func (s *stdio) send(l *Link, m message) {
	if l.failed != nil {
		panic(l.failed)
	}
	var text []byte
	if s.frames {
		text = s.form.append(make([]byte, 4, 256), m)
		binary.BigEndian.PutUint32(text, uint32(len(text)-4))
	} else {
		text = append(s.form.append(nil, m), '\n')
	}
	_, _ = s.out.Write(text)
	if err := s.out.Flush(); err != nil {
		l.fail(fmt.Errorf("%w: it does not read what it is sent: %v", ErrProtocol, err))
	}
}

// receive reads a message, or fails the link.
func (s *stdio) receive(l *Link) message {
	m, err := s.read(l)
	if err != nil {
		l.fail(err)
	}
	return m
}

// read reads a message.
func (s *stdio) read(l *Link) (m message, err error) {
	read := s.line
	if s.frames {
		read = s.frame
	}
	text, err := read()
	if err != nil {
		return m, err
	}
	if m, err = s.form.parse(text); err != nil {
		return m, fmt.Errorf("%w: %w", ErrProtocol, err)
	}
	return m, nil
}

// frame reads a length and so many bytes.
func (s *stdio) frame() ([]byte, error) {
	var size [4]byte
	if n, err := io.ReadFull(s.in, size[:]); err != nil {
		return nil, ended(size[:n])
	}
	n := binary.BigEndian.Uint32(size[:])
	if n > MostMessage {
		return nil, fmt.Errorf("%w: a message of %d bytes: %d are the most", ErrProtocol, n, MostMessage)
	}
	text := make([]byte, n)
	if got, err := io.ReadFull(s.in, text); err != nil {
		return nil, ended(text[:got])
	}
	return text, nil
}

// line reads up to the end of a line.
func (s *stdio) line() ([]byte, error) {
	var whole []byte
	for {
		part, err := s.in.ReadSlice('\n')
		if err == nil && whole == nil {
			return part, nil
		}
		whole = append(whole, part...)
		switch {
		case len(whole) > MostMessage:
			return nil, fmt.Errorf("%w: a line is longer than %d MiB", ErrProtocol, MostMessage>>20)
		case err == nil:
			return whole, nil
		case errors.Is(err, bufio.ErrBufferFull):
		default:
			return nil, ended(whole)
		}
	}
}

// ended is why no more can be read behind the beginning of a message.
func ended(begun []byte) error {
	if len(begun) > 0 {
		return fmt.Errorf("%w: it ends in the middle of the message %s", ErrProtocol, shown(begun))
	}
	return fmt.Errorf("%w: it has ended, or does not answer in time", ErrProtocol)
}
