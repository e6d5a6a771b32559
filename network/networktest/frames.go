package networktest

import (
	"bytes"
	"fmt"
	"runtime/metrics"
	"slices"
	"strings"

	"strata/network"
	"strata/scenario"
)

// feed lets a raw peer dial the node soon and write the pieces, and checks that it delivers want.
func (b bench) feed(w scenario.World, rule string, want []string, pieces ...[]byte) *probe {
	node := b.listener(w, 0, rule)
	node.want = want
	peer := scenario.NewRaw(w, 1, false)
	w.At(soon, peer.Addr, "dial and write", func() {
		peer.Dial("NET-6", node.addr, func(l *scenario.Line) { l.Write(pieces...) })
	})
	w.By(end, rule, node.has(1))
	return node
}

func (b bench) oneFrame(w scenario.World) {
	long := text(1, 0x0102) // a length of two different bytes shows their order
	b.feed(w, "NET-1", []string{"hello", long}, []byte("\x00\x00\x00\x05hello"), append([]byte{0, 0, 1, 2}, long...))
}

func (b bench) byteByByte(w scenario.World) {
	want := []string{"first", "", "a longer second", "3"}
	b.feed(w, "NET-2", want, slices.Collect(slices.Chunk(scenario.Frames(want...), 1))...)
}

func (b bench) manyInOnePiece(w scenario.World) {
	var want []string
	for i := range 60 {
		want = append(want, text(i, i*i%97))
	}
	all := scenario.Frames(want...)
	cut := len(all) - 30 // the first piece ends inside a frame
	b.feed(w, "NET-2", want, all[:cut], all[cut:])
}

// everyCut uses one connection for each place where the bytes can be cut in two.
func (b bench) everyCut(w scenario.World) {
	node := b.listener(w, 0, "NET-2")
	node.want = []string{"a", "", "bcd"}
	all := scenario.Frames(node.want...)
	peer := scenario.NewRaw(w, 1, false)
	for cut := 1; cut < len(all); cut++ {
		w.At(soon, peer.Addr, fmt.Sprintf("write two pieces, cut at byte %d", cut), func() {
			peer.Dial("NET-6", node.addr, func(l *scenario.Line) {
				l.Write(all[:cut])
				peer.Host.After(soon, func() { l.Write(all[cut:]) })
			})
		})
	}
	w.AtEnd("NET-2", func() error {
		for _, l := range node.links {
			if len(l.got) != len(node.want) {
				return fmt.Errorf("expected %d messages, got %d", len(node.want), len(l.got))
			}
		}
		return nil
	})
}

func (b bench) randomPieces(w scenario.World) {
	b.wrap = cuts(w)
	rng := w.Rand()
	var want []string
	for i := range 40 {
		want = append(want, text(i, []int{0, 1, rng.IntN(10), rng.IntN(400), rng.IntN(4000)}[rng.IntN(5)]))
	}
	var pieces [][]byte
	for rest := scenario.Frames(want...); len(rest) > 0; {
		n := min(len(rest), 1+rng.IntN(1+rng.IntN(1500)))
		pieces, rest = append(pieces, rest[:n]), rest[n:]
	}
	b.feed(w, "NET-2", want, pieces...)
}

func (b bench) emptyMessages(w scenario.World) {
	b.feed(w, "NET-3", []string{"", "", "between", ""},
		scenario.Frames("", ""), scenario.Frames("between", "")[:13], scenario.Frames("between", "")[13:])
}

func (b bench) longestMessage(w scenario.World) {
	node := b.node(w, 0, "NET-4", network.Config{Listen: w.Addr(0), MaxFrame: 3000})
	node.want = []string{text(1, 3000), text(2, 2999)}
	peer := scenario.NewRaw(w, 1, false)
	w.At(soon, peer.Addr, "dial and write", func() {
		peer.Dial("NET-6", node.addr, func(l *scenario.Line) {
			all := scenario.Frames(node.want...)
			l.Write(all[:1000], all[1000:])
		})
	})
	w.By(end, "NET-4", node.has(1))
}

// tooBig sends three lengths that are too big, the last cut in the middle of the header, beside a
// peer that behaves well.
func (b bench) tooBig(w scenario.World) {
	node := b.node(w, 0, "NET-4", network.Config{Listen: w.Addr(0), MaxFrame: 1000})
	node.want = []string{"good", "also good"}
	good, bad := scenario.NewRaw(w, 1, false), scenario.NewRaw(w, 2, false)
	w.At(soon, good.Addr, "dial and write", func() {
		good.Dial("NET-6", node.addr, func(l *scenario.Line) {
			l.Write(scenario.Frame("good"))
			good.Host.After(later, func() { l.Write(scenario.Frame("also good")) })
		})
	})
	for _, pieces := range [][][]byte{
		{append([]byte{0, 0, 3, 0xe9}, strings.Repeat("x", 1001)...)},
		{{0x80, 0, 0, 1}, []byte("negative as an int32")},
		{{0xff, 0xff}, {0xff, 0xff}, []byte("minus one as an int32")},
	} {
		w.At(soon, bad.Addr, fmt.Sprintf("write a frame that claims 0x%x bytes", bytes.Join(pieces, nil)[:4]), func() {
			bad.Dial("NET-6", node.addr, func(l *scenario.Line) { l.Write(pieces...) })
		})
	}
	node.allocatesLittle(w)
	beside := w.Sometimes("the good peer's second message came after the bad ones were closed")
	node.onReceived = func(l *link, _ []byte) { beside(len(l.got) == 2 && hung(bad, 3)() == nil) }
	w.By(later, "NET-4", hung(bad, 3))
	w.AtEnd("NET-4", func() error { return b.goodAndBad(node) })
}

// goodAndBad checks that of four connections the one that delivered lives, and that the node closed
// the others for their frames.
func (b bench) goodAndBad(node *probe) error {
	for i, l := range node.links {
		if len(l.got) == 0 {
			if err := node.ended(i, false, network.ErrFrameTooBig)(); err != nil {
				return err
			}
			continue
		}
		if l.over || len(l.got) != len(node.want) {
			return fmt.Errorf("expected that the well-behaved connection lives and delivers %d messages, got %d, closed=%t",
				len(node.want), len(l.got), l.over)
		}
	}
	return nil
}

func (b bench) bigClaims(w scenario.World) {
	const claims = 3
	node := b.listener(w, 0, "NET-4")
	bad := scenario.NewRaw(w, 1, false)
	for i := range claims {
		w.At(soon, bad.Addr, "claim 256 MiB", func() {
			bad.Dial("NET-6", node.addr, func(l *scenario.Line) { l.Write([]byte{0x10, 0, 0, byte(i)}) })
		})
	}
	node.allocatesLittle(w)
	w.By(later, "NET-4", hung(bad, claims))
}

// allocatesLittle measures what the whole process allocates, so that its limit is far above what
// other runs could need meanwhile, and far below what peers claim.
func (p *probe) allocatesLittle(w scenario.World) {
	const limit = 400 << 20
	before := allocated()
	w.At(later, p.addr, "measure what was allocated", func() {
		if grown := allocated() - before; grown > limit {
			w.Fail("NET-4", "expected that nothing is allocated for a length that is too big, got %d MiB allocated", grown>>20)
		}
	})
}

// allocated is the number of bytes that the process has allocated since it began.
func allocated() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

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
	node := b.feed(w, "NET-12", want, pieces...)
	node.onReceived = func(_ *link, payload []byte) {
		_ = append(payload, "what a receiver adds to its own message"...)
	}
	w.By(end, "NET-12", node.unchanged)
	w.Always("NET-12", node.unchanged)
}
