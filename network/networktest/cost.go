package networktest

import (
	"fmt"
	"math"
	"runtime/metrics"
	"slices"

	"strata/scenario"
)

// manyPieces sends a message of 128 KiB in a thousand pieces, on two connections one after the other, and
// counts what is allocated from the first piece to the message. A node that copies all that has
// come at each piece allocates 64 MiB; one whose buffer grows by a part of itself, less than one. The limit
// leaves room for what else the process does, and the better of the two counts.
func (b bench) manyPieces(w scenario.World) {
	const size, piece, limit = 128 << 10, 128, 16 << 20
	node := b.listener(w, 0, net2Whole)
	node.want = []string{text(1, size)}
	pieces := slices.Collect(slices.Chunk(scenario.Frames(node.want...), piece))
	peer := scenario.NewRaw(w, 1, false)
	least, before := uint64(math.MaxUint64), uint64(0)
	// The writer and the node are in one process, which does nothing else between the two moments.
	write := func(l *scenario.Line) {
		before = node.allocated()
		l.Write(pieces...)
	}
	dial := func() { peer.Dial(node.addr, write) }
	node.onReceived = func(*link, []byte) { least = min(least, node.allocated()-before) }
	w.At(soon, peer.Addr, "dial and write", dial)
	w.At(later, peer.Addr, "dial and write again", dial)
	w.By(end, net2Whole, node.has(2))
	w.AtEnd(net2Cost, func() error {
		if least <= limit {
			return nil
		}
		return fmt.Errorf("expected at most 16 bytes allocated for each byte of a message, and 1 MiB besides, "+
			"got %d MiB allocated for %d KiB in %d pieces", least>>20, size>>10, len(pieces))
	})
}

// allocated is the number of bytes that the process has allocated since it began, and the node's layer besides if it
// is in a memory of its own.
func (p *probe) allocated() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	bytes := sample[0].Value.Uint64()
	if elsewhere, is := p.net.(interface{ Allocated() uint64 }); is {
		bytes += elsewhere.Allocated()
	}
	return bytes
}
