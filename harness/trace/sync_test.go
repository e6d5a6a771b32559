package trace_test

import (
	"encoding/binary"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/chain"
	"strata/harness/sim"
	"strata/harness/trace"
	"strata/messaging"
	"strata/node/blocksync"
)

func TestRecorder_DecodesSync(t *testing.T) {
	block := chain.Block{Number: 7}
	text := block.Text()
	blocks := append(binary.BigEndian.AppendUint32(nil, uint32(len(text))), text...)
	locate := blocksync.Locate{Step: 16, Places: []blocksync.Place{{Number: 9}, {Number: 8}}}
	located := blocksync.Located{Ancestor: 6, Tip: 20, Anchors: make([]chain.BlockHash, 1)}
	asked := blocksync.Range{Anchor: blocksync.Place{Number: 20}, First: 7, Count: 14}
	r := &teller{}
	for i, c := range []struct {
		from    messaging.Type
		id      uint32
		kind    messaging.Kind
		payload []byte
	}{
		{messaging.TypeRequest, 1, blocksync.KindLocate, locate.AppendTo(nil)},
		{messaging.TypeRequest, 2, blocksync.KindBlocks, asked.AppendTo(nil)},
		{messaging.TypeRequest, 3, blocksync.KindBlocks, []byte("garbage")},
		{messaging.TypeResponse, 1, "", located.AppendTo(nil)},
		{messaging.TypeResponse, 2, "", blocks},
		{messaging.TypeResponse, 3, "", []byte{0, 0, 0, 1, 'x'}},
	} {
		way := one
		if c.from == messaging.TypeResponse {
			way = two
		}
		r.event(time.Duration(i), sim.TraceWrite, way, framed(c.from, c.id, c.kind, string(c.payload))...)
	}
	want := []string{
		"2 places from block 9, 00000000.., back; every 16 blocks",
		"14 blocks from block 7 on, which lead to block 20, 00000000..",
		`"garbage"`,
		"in common up to block 6, tip is block 20, 1 anchor",
		"1 block from block 7 on",
		"0x0000000178",
	}
	for i, e := range r.Finish(trace.Header{}).Events {
		require.Equal(t, "chain", e.Messages[0].Layer)
		require.Equal(t, want[i], e.Messages[0].Summary)
	}
}
