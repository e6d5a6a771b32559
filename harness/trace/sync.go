package trace

import (
	"encoding/binary"
	"fmt"
	"math"

	"strata/chain"
	"strata/messaging"
	"strata/node/blocksync"
)

// locatedHead is the two numbers before the anchors of an answer to sync:locate.
const locatedHead = 16

// fillSync decodes what nodes say when one lacks many blocks (SYN-1, SYN-2). An answer does not tell the
// question, so its anchors are only counted.
func (m *Message) fillSync(payload []byte) {
	text := ""
	switch kind, answer := messaging.Kind(m.Kind), m.Type == TypeResponse; {
	case kind == blocksync.KindLocate && !answer:
		if q, err := blocksync.ParseLocate(payload); err == nil {
			tip := q.Places[0]
			text = fmt.Sprintf("%s from block %d, %s, back; every %s", CountOf(len(q.Places), "place"), tip.Number,
				short(tip.Hash.String()), CountOf(q.Step, "block"))
		}
	case kind == blocksync.KindLocate && len(payload) >= locatedHead &&
		(len(payload)-locatedHead)%len(chain.BlockHash{}) == 0:
		text = fmt.Sprintf("in common up to block %d, tip is block %d, %s", binary.BigEndian.Uint64(payload),
			binary.BigEndian.Uint64(payload[8:]),
			CountOf((len(payload)-locatedHead)/len(chain.BlockHash{}), "anchor"))
	case kind == blocksync.KindBlocks && !answer:
		if q, err := blocksync.ParseRange(payload); err == nil {
			text = fmt.Sprintf("%s from block %d on, which lead to block %d, %s", CountOf(q.Count, "block"), q.First,
				q.Anchor.Number, short(q.Anchor.Hash.String()))
		}
	case kind == blocksync.KindBlocks && len(payload) > 0:
		text = blocksIn(payload)
	}
	if text != "" {
		m.Summary = text
	}
}

// blocksIn tells of the texts in an answer; empty if they are not what they should be.
func blocksIn(payload []byte) string {
	texts, err := blocksync.ParseTexts(payload, blocksync.MaxStep, math.MaxInt)
	if err != nil {
		return ""
	}
	first, err := chain.ParseBlock(texts[0])
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%s from block %d on", CountOf(len(texts), "block"), first.Number)
}
