package networktest

import (
	"bytes"
	"fmt"

	"strata/network"
	"strata/scenario"
)

// raw is a node without our code: it speaks bytes on streams, as the rules say or against them.
type raw struct {
	w     scenario.World
	addr  network.Addr
	host  network.Host
	lines []*line // in the order in which they opened

	listens bool
	onOpen  func(l *line) // may be nil
}

// line is one stream of a raw node.
type line struct {
	raw    *raw
	stream network.Stream
	got    []byte
	over   bool
	reason error
}

// raw adds a raw node at the n-th address.
func (b bench) raw(w scenario.World, n int, listens bool) *raw {
	r := &raw{w: w, addr: w.Addr(n), listens: listens}
	w.Node(r.addr, func(h network.Host) {
		r.host = h
		if !r.listens {
			return
		}
		if _, err := h.Listen(r.addr, r.open); err != nil {
			panic(err) // the world's slip
		}
	})
	return r
}

func (r *raw) open(s network.Stream) {
	l := &line{raw: r, stream: s}
	r.lines = append(r.lines, l)
	s.Deliver(l)
	if r.onOpen != nil {
		r.onOpen(l)
	}
}

// dial opens a stream to the address, then calls opened, which may be nil.
func (r *raw) dial(to network.Addr, opened func(l *line)) {
	r.host.Dial(to, func(s network.Stream, err error) {
		if err != nil {
			r.w.Fail("NET-6", "expected that %s can be dialled, got %v", to, err)
			return
		}
		r.open(s)
		if opened != nil {
			opened(r.lines[len(r.lines)-1])
		}
	})
}

func (l *line) Receive(piece []byte) { l.got = append(l.got, piece...) }

func (l *line) Ended(reason error) { l.over, l.reason = true, reason }

// write writes the pieces one by one.
func (l *line) write(pieces ...[]byte) {
	for _, p := range pieces {
		l.stream.Write(nil, p)
	}
}

// reads checks that the first stream has brought exactly these bytes.
func (r *raw) reads(want []byte) func() error {
	return func() error {
		var got []byte
		if len(r.lines) > 0 {
			got = r.lines[0].got
		}
		if !bytes.Equal(got, want) {
			return fmt.Errorf("expected the bytes %s, got %s%s", hex(want), hex(got), scenario.SideBySide(want, got))
		}
		return nil
	}
}

// never checks that the first stream brings no other bytes than these, in this order.
func (r *raw) never(want []byte) func() error {
	return func() error {
		if len(r.lines) > 0 && !bytes.HasPrefix(want, r.lines[0].got) {
			got := r.lines[0].got
			return fmt.Errorf("expected the bytes %s, got %s%s", hex(want), hex(got), scenario.SideBySide(want, got))
		}
		return nil
	}
}

// hung checks that n streams have been opened and have all been ended by the other side.
func (r *raw) hung(n int) func() error {
	return func() error {
		over := 0
		for _, l := range r.lines {
			if l.over {
				over++
			}
		}
		if over != n {
			return fmt.Errorf("expected that the node closes %d connections, got %d closed", n, over)
		}
		return nil
	}
}

// hex prints bytes for a report.
func hex(b []byte) string {
	if len(b) <= 32 {
		return fmt.Sprintf("%x", b)
	}
	return fmt.Sprintf("%x... (%d bytes)", b[:32], len(b))
}
