package messagingtest

import (
	"encoding/binary"
	"fmt"
	"slices"

	"strata/network"
	"strata/scenario"
)

// message is MSG-1, written down once more: the suite does not trust the codec that it tests.
func message(kind byte, id uint32, name, payload string) string {
	return string(binary.BigEndian.AppendUint32([]byte{kind}, id)) + name + "\x00" + payload
}

// The types of messages.
const (
	regular  = 0
	request  = 1
	response = 2
)

// raw is a node without our code: it sends and receives messages as they are on the wire, or as
// they should not be.
type raw struct {
	w         scenario.World
	addr      network.Addr
	host      network.Host
	lines     []*line // in the order in which they opened
	onMessage func(l *line, message string)
}

// line is one stream of a raw node.
type line struct {
	raw    *raw
	stream network.Stream
	rest   []byte   // that is no whole frame yet
	got    []string // messages
	over   bool
}

// raw adds a raw node at the n-th address, which listens there.
func (b bench) raw(w scenario.World, n int) *raw {
	r := &raw{w: w, addr: w.Addr(n)}
	w.Node(r.addr, func(h network.Host) {
		r.host = h
		if _, err := h.Listen(r.addr, func(s network.Stream) { r.open(s) }); err != nil {
			panic(err) // the world's slip
		}
	})
	return r
}

func (r *raw) open(s network.Stream) *line {
	l := &line{raw: r, stream: s}
	r.lines = append(r.lines, l)
	s.Deliver(l)
	return l
}

// tell dials the node soon and sends the messages, each in a frame.
func (r *raw) tell(to network.Addr, what string, messages ...string) {
	r.w.At(soon, r.addr, what, func() {
		r.host.Dial(to, func(s network.Stream, err error) {
			if err != nil {
				r.w.Fail("MSG-10", "expected that %s can be dialled, got %v", to, err)
				return
			}
			r.open(s).send(messages...)
		})
	})
}

func (l *line) send(messages ...string) {
	for _, m := range messages {
		l.stream.Write(binary.BigEndian.AppendUint32(nil, uint32(len(m))), []byte(m))
	}
}

func (l *line) Receive(piece []byte) {
	l.rest = append(l.rest, piece...)
	for len(l.rest) >= 4 {
		size := 4 + int(binary.BigEndian.Uint32(l.rest))
		if len(l.rest) < size {
			return
		}
		m := string(l.rest[4:size])
		l.rest = l.rest[size:]
		l.got = append(l.got, m)
		if l.raw.onMessage != nil {
			l.raw.onMessage(l, m)
		}
	}
}

func (l *line) Ended(error) { l.over = true }

// heard lists the messages of all streams, stream by stream.
func (r *raw) heard() []string {
	var all []string
	for _, l := range r.lines {
		all = append(all, l.got...)
	}
	return all
}

// hears checks that these messages have come, and at the scenario's end, that no others did.
func (r *raw) hears(rule string, want ...string) {
	r.w.Always(rule, func() error {
		if got := r.heard(); len(got) > len(want) || !slices.Equal(got, want[:len(got)]) {
			return fmt.Errorf("expected the messages %q, got %q%s", want, got, scenario.FirstApart(want, got))
		}
		return nil
	})
	r.w.By(end, rule, func() error {
		if got := r.heard(); !slices.Equal(got, want) {
			return fmt.Errorf("expected the messages %q, got %q%s", want, got, scenario.FirstApart(want, got))
		}
		return nil
	})
}
