package scenario

import (
	"encoding/binary"

	"strata/network"
)

// Frame is a message on the wire, written down once more from NET-1: a suite does not trust the codec
// that it tests.
func Frame(payload string) []byte {
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(payload))), payload...)
}

// Frames is the frames of the payloads, one after the other.
func Frames(payloads ...string) []byte {
	var all []byte
	for _, payload := range payloads {
		all = append(all, Frame(payload)...)
	}
	return all
}

// Raw is a node without a student's code. It speaks bytes on streams, as the rules say or against them,
// so that two wrong halves cannot agree with each other.
type Raw struct {
	World World
	Addr  network.Addr
	Host  network.Host // of the life that it lives now; nil before the first
	Lines []*Line      // of that life, in the order in which they opened

	// These may be nil.
	OnOpen  func(l *Line)
	OnFrame func(l *Line, payload string) // a whole frame has come; it is the last of l.Frames
	OnEnded func(l *Line)                 // not of those that the raw node closes
}

// Line is one stream of a raw node.
type Line struct {
	Raw    *Raw
	Stream network.Stream
	Dialed bool     // by the raw node; otherwise it was accepted
	Bytes  []byte   // all that came
	Frames []string // the payloads of the whole frames among them
	Over   bool     // the other side has ended it, or the link has failed
	Reason error    // of that
	Closed bool     // the raw node has closed it

	framed int // bytes of whole frames
}

// NewRaw adds the n-th node of the world, which is a raw one.
func NewRaw(w World, n int, listens bool) *Raw {
	r := &Raw{World: w, Addr: w.Addr(n)}
	w.Node(r.Addr, func(h network.Host) {
		r.Host, r.Lines = h, nil
		if listens {
			_, err := h.Listen(r.Addr, func(s network.Stream) { r.open(s, false) })
			Must(err)
		}
	})
	return r
}

// Dial opens a stream to the address of a node that has started, then calls opened, which may be nil.
func (r *Raw) Dial(to network.Addr, opened func(l *Line)) {
	r.dial(to, opened, func(err error) {
		r.World.Fail(NET6Taken, "expected that %s can be dialled, got %v", to, err)
	})
}

// TryDial is Dial of an address that may refuse: then nothing is called.
func (r *Raw) TryDial(to network.Addr, opened func(l *Line)) { r.dial(to, opened, func(error) {}) }

func (r *Raw) dial(to network.Addr, opened func(l *Line), refused func(error)) {
	r.Host.Dial(to, func(s network.Stream, err error) {
		if err != nil {
			refused(err)
			return
		}
		l := r.open(s, true)
		if opened != nil {
			opened(l)
		}
	})
}

func (r *Raw) open(s network.Stream, dialed bool) *Line {
	l := &Line{Raw: r, Stream: s, Dialed: dialed}
	r.Lines = append(r.Lines, l)
	s.Deliver(l)
	if r.OnOpen != nil {
		r.OnOpen(l)
	}
	return l
}

// Heard lists the frames of all lines, line by line.
func (r *Raw) Heard() []string {
	var all []string
	for _, l := range r.Lines {
		all = append(all, l.Frames...)
	}
	return all
}

// Write writes the pieces one by one.
func (l *Line) Write(pieces ...[]byte) {
	for _, piece := range pieces {
		l.Stream.Write(nil, piece)
	}
}

// Send writes the payloads, each in a frame of its own.
func (l *Line) Send(payloads ...string) {
	for _, payload := range payloads {
		l.Stream.Write(binary.BigEndian.AppendUint32(nil, uint32(len(payload))), []byte(payload))
	}
}

// Close closes the line; a second time does nothing.
func (l *Line) Close() {
	if !l.Closed {
		l.Closed = true
		l.Stream.Close()
	}
}

// Open says whether neither side has ended the line.
func (l *Line) Open() bool { return !l.Over && !l.Closed }

// Receive is network.Receiver's.
func (l *Line) Receive(piece []byte) {
	l.Bytes = append(l.Bytes, piece...)
	for {
		rest := l.Bytes[l.framed:]
		if len(rest) < 4 || uint64(len(rest)-4) < uint64(binary.BigEndian.Uint32(rest)) {
			return
		}
		size := 4 + int(binary.BigEndian.Uint32(rest))
		payload := string(rest[4:size])
		l.framed += size
		l.Frames = append(l.Frames, payload)
		if l.Raw.OnFrame != nil {
			l.Raw.OnFrame(l, payload)
		}
	}
}

// Ended is network.Receiver's.
func (l *Line) Ended(reason error) {
	l.Over, l.Reason = true, reason
	if l.Raw.OnEnded != nil {
		l.Raw.OnEnded(l)
	}
}
