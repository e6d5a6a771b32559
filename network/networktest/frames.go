package networktest

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"strata/network"
	"strata/scenario"
)

// feed lets a raw peer dial the node soon and write the pieces, and checks that the node delivers want:
// no other message, in no other order, and by the end all of them.
func (b bench) feed(w scenario.World, c scenario.Clause, want []string, pieces ...[]byte) *probe {
	node := b.listener(w, 0, c)
	node.want = want
	peer := scenario.NewRaw(w, 1, false)
	w.At(soon, peer.Addr, "dial and write", func() {
		peer.Dial(node.addr, func(l *scenario.Line) { l.Write(pieces...) })
	})
	w.By(end, c, node.has(1))
	return node
}

// oneFrame sends two frames whose bytes the scenario writes out. The length of the second one has two
// bytes that differ: a node that reads it the other way round takes it for 33 MB, and closes.
func (b bench) oneFrame(w scenario.World) {
	long := text(1, 0x0102)
	b.feed(w, net1Frame, []string{"hello", long}, []byte("\x00\x00\x00\x05hello"), append([]byte{0, 0, 1, 2}, long...))
}

// byteByByte sends every byte as a piece of its own. A node that takes a piece for a message, or a
// piece's start for a frame's, delivers something else. The empty message in the middle has a header
// and no payload.
func (b bench) byteByByte(w scenario.World) {
	want := []string{"first", "", "a longer second", "3"}
	b.feed(w, net2Whole, want, slices.Collect(slices.Chunk(scenario.Frames(want...), 1))...)
}

// manyInOnePiece joins 60 frames. The first of two pieces ends inside a frame, so that a node has to
// keep what is left of it when it has delivered the rest.
func (b bench) manyInOnePiece(w scenario.World) {
	var want []string
	for i := range 60 {
		want = append(want, text(i, i*i%97))
	}
	// Frames of up to 100 bytes: 30 from the end is inside one of the last.
	all := scenario.Frames(want...)
	cut := len(all) - 30
	b.feed(w, net2Whole, want, all[:cut], all[cut:])
}

// everyCut uses one connection for each place where the bytes can be cut in two: after each byte of a
// header, between frames, before an empty one. Each has to deliver the same three messages.
func (b bench) everyCut(w scenario.World) {
	node := b.listener(w, 0, net2Whole)
	node.want = []string{"a", "", "bcd"}
	all := scenario.Frames(node.want...)
	peer := scenario.NewRaw(w, 1, false)
	for cut := 1; cut < len(all); cut++ {
		w.At(soon, peer.Addr, fmt.Sprintf("write two pieces, cut at byte %d", cut), func() {
			peer.Dial(node.addr, func(line *scenario.Line) {
				line.Write(all[:cut])
				peer.Host.After(soon, func() { line.Write(all[cut:]) })
			})
		})
	}
	w.AtEnd(net2Whole, func() error {
		for _, conn := range node.links {
			if len(conn.got) != len(node.want) {
				return fmt.Errorf("expected %d messages, got %d", len(node.want), len(conn.got))
			}
		}
		return nil
	})
}

// randomPieces draws 40 messages of 0 to 4,000 bytes and the pieces in which they are written; the
// network cuts and joins these as it likes. Whatever comes out has to be what went in, once and in
// order.
func (b bench) randomPieces(w scenario.World) {
	b.wrap = cuts(w)
	rng := w.Rand()
	var want []string
	for i := range 40 {
		want = append(want, text(i, []int{0, 1, rng.IntN(10), rng.IntN(400), rng.IntN(4000)}[rng.IntN(5)]))
	}
	// Most pieces are short, some bring several messages: the length is drawn twice.
	var pieces [][]byte
	for rest := scenario.Frames(want...); len(rest) > 0; {
		n := min(len(rest), 1+rng.IntN(1+rng.IntN(1500)))
		pieces, rest = append(pieces, rest[:n]), rest[n:]
	}
	b.feed(w, net2Whole, want, pieces...)
}

// emptyMessages has frames of length 0 at both ends and in the middle. The second piece ends right
// before the header of the last one: nothing more comes after that header, and its message is due all
// the same.
func (b bench) emptyMessages(w scenario.World) {
	b.feed(w, net3Empty, []string{"", "", "between", ""},
		scenario.Frames("", ""), scenario.Frames("between", "")[:13], scenario.Frames("between", "")[13:])
}

// longestMessage sets MaxFrame to 3,000 and sends messages of 3,000 and 2,999 bytes, cut at places that
// are no frame's. Only what is over the bound may be refused.
func (b bench) longestMessage(w scenario.World) {
	node := b.node(w, 0, net4Bound, network.Config{Listen: w.Addr(0), MaxFrame: 3000})
	node.want = []string{text(1, 3000), text(2, 2999)}
	peer := scenario.NewRaw(w, 1, false)
	w.At(soon, peer.Addr, "dial and write", func() {
		peer.Dial(node.addr, func(line *scenario.Line) {
			all := scenario.Frames(node.want...)
			line.Write(all[:1000], all[1000:])
		})
	})
	w.By(end, net4Bound, node.has(1))
}

// tooBig sends three lengths that are too big, beside a peer that behaves well: one that is one byte
// too many, one that is negative as a 32-bit number, one that is minus one and is cut in the middle of
// the header. Each has to close its own connection, with nothing delivered. The good peer writes again
// when they are closed, so that a node which stops reading everywhere is found out.
func (b bench) tooBig(w scenario.World) {
	node := b.node(w, 0, net4Delivers, network.Config{Listen: w.Addr(0), MaxFrame: 1000})
	node.want = []string{"good", "also good"}
	good, bad := scenario.NewRaw(w, 1, false), scenario.NewRaw(w, 2, false)
	w.At(soon, good.Addr, "dial and write", func() {
		good.Dial(node.addr, func(line *scenario.Line) {
			line.Write(scenario.Frame("good"))
			good.Host.After(later, func() { line.Write(scenario.Frame("also good")) })
		})
	})
	for _, pieces := range [][][]byte{
		{append([]byte{0, 0, 3, 0xe9}, strings.Repeat("x", 1001)...)},
		{{0x80, 0, 0, 1}, []byte("negative as an int32")},
		{{0xff, 0xff}, {0xff, 0xff}, []byte("minus one as an int32")},
	} {
		w.At(soon, bad.Addr, fmt.Sprintf("write a frame that claims 0x%x bytes", bytes.Join(pieces, nil)[:4]), func() {
			bad.Dial(node.addr, func(l *scenario.Line) { l.Write(pieces...) })
		})
	}
	// That nothing is allocated is looked at here too: the claims are up to 4 GiB.
	node.allocatesLittle(w)
	beside := w.Sometimes("the good peer's second message came after the bad ones were closed")
	node.onReceived = func(l *link, _ []byte) { beside(len(l.got) == 2 && hung(bad, 3)() == nil) }
	w.By(later, net4Bound, hung(bad, 3))
	w.AtEnd(net4Bound, func() error { return b.goodAndBad(node) })
}

// goodAndBad checks that of four connections the one that delivered lives, and that the node closed the
// others for their frames.
func (b bench) goodAndBad(node *probe) error {
	for i, conn := range node.links {
		if len(conn.got) == 0 {
			if err := node.ended(i, network.Ours, network.ErrFrameTooBig)(); err != nil {
				return err
			}
			continue
		}
		if conn.over || len(conn.got) != len(node.want) {
			return fmt.Errorf("expected that the good connection lives and delivers %d messages, got %d, closed=%t",
				len(node.want), len(conn.got), conn.over)
		}
	}
	return nil
}

// bigClaims leaves MaxFrame as it is and claims 256 MiB three times, without sending a byte of them. A
// node that allocates what a stranger claims allocates 768 MiB, which is measured.
func (b bench) bigClaims(w scenario.World) {
	const claims = 3
	node := b.listener(w, 0, net4Delivers)
	bad := scenario.NewRaw(w, 1, false)
	for i := range claims {
		w.At(soon, bad.Addr, "claim 256 MiB", func() {
			bad.Dial(node.addr, func(l *scenario.Line) { l.Write([]byte{0x10, 0, 0, byte(i)}) })
		})
	}
	node.allocatesLittle(w)
	w.By(later, net4Bound, hung(bad, claims))
}

// allocatesLittle measures what the whole process allocates, so that its limit is far above what other
// runs could need meanwhile, and far below what peers claim.
func (p *probe) allocatesLittle(w scenario.World) {
	const limit = 400 << 20
	before := p.allocated()
	w.At(later, p.addr, "measure what was allocated", func() {
		if grown := p.allocated() - before; grown > limit {
			w.Fail(net4Allocates,
				"expected that nothing is allocated for a length that is too big, got %d MiB allocated",
				grown>>20)
		}
	})
}

// keptPayloads appends to every message that it is handed, as a receiver may, and keeps it. The pieces
// hold several frames each: a node that hands out slices of its own buffer, with room behind them or
// used again for the next piece, changes a message that was delivered before.
func (b bench) keptPayloads(w scenario.World) {
	var want []string
	for i := range 30 {
		want = append(want, text(i, 40+i*11%50))
	}
	all := scenario.Frames(want...)
	var pieces [][]byte
	for len(all) > 0 {
		n := min(len(all), 170)
		pieces, all = append(pieces, all[:n]), all[n:]
	}
	node := b.feed(w, net12Kept, want, pieces...)
	// If the slice has room behind it, this writes there: into the next message, if the room is a buffer's.
	node.onReceived = func(_ *link, payload []byte) {
		_ = append(payload, "what a receiver adds to its own message"...)
	}
	w.By(end, net12Kept, node.unchanged)
	w.Always(scenario.NET12Same, node.unchanged)
}
