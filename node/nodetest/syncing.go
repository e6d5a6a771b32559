package nodetest

import (
	"encoding/binary"
	"slices"

	"strata/chain"
	"strata/chain/chaintest"
	"strata/messaging"
	"strata/network"
	"strata/node/blocksync"
	"strata/scenario"
)

// locate answers where two chains part, truly or not: the first of the places asked for that is on its own chain,
// and anchors from there on.
func (s *stranger) locate(from network.Addr, payload []byte) ([]byte, bool) {
	m, err := blocksync.ParseLocate(payload)
	if err != nil {
		s.c.w.Fail(syn1Layout, "expected a question that is laid out as the rules say, got %x: %v", payload, err)
		return nil, false
	}
	answer := blocksync.Located{Tip: uint64(len(s.has))}
	for _, p := range m.Places {
		if p.Number == 0 || p.Number <= answer.Tip && s.has[p.Number-1].Hash() == p.Hash {
			answer.Ancestor = p.Number
			break
		}
	}
	for at := answer.Ancestor; at < answer.Tip && len(answer.Anchors) < blocksync.MaxAnchors; {
		at = min(at+uint64(m.Step), answer.Tip)
		answer.Anchors = append(answer.Anchors, s.has[at-1].Hash())
	}
	return s.replies(from, blocksync.KindLocate, answer.AppendTo(nil))
}

// blocks answers with a range of blocks, truly or not.
func (s *stranger) blocks(from network.Addr, payload []byte) ([]byte, bool) {
	s.ranges++
	m, err := blocksync.ParseRange(payload)
	if err != nil {
		s.c.w.Fail(syn2Layout, "expected a question that is laid out as the rules say, got %x: %v", payload, err)
		return nil, false
	}
	var reply []byte
	// An anchor that is not on its chain gets no blocks, as from an honest node.
	if at := m.Anchor.Number; at <= uint64(len(s.has)) && s.has[at-1].Hash() == m.Anchor.Hash {
		reply = texts(s.has[m.First-1 : m.First-1+uint64(m.Count)]...)
	}
	return s.replies(from, blocksync.KindBlocks, reply)
}

// replies counts the question, and spoils the answer if the scenario says so.
func (s *stranger) replies(from network.Addr, kind messaging.Kind, reply []byte) ([]byte, bool) {
	s.syncs[from]++
	if s.spoil == nil {
		return reply, true
	}
	return s.spoil(kind, reply)
}

// texts lays out blocks as an answer does: the length of each text, and the text.
func texts(blocks ...chain.Block) (b []byte) {
	for _, block := range blocks {
		text := block.Text()
		b = binary.BigEndian.AppendUint32(b, uint32(len(text)))
		b = append(b, text...)
	}
	return b
}

// lie is one way to mislead who syncs. A node may be asked to avoid for long only a peer whose answer cannot be
// true; one that is silent may be busy, and one with an invalid block in its chain may not know.
type lie struct {
	what   string
	kind   messaging.Kind // of the answers that are spoilt; empty: none
	has    func() []chain.Block
	spoil  func(reply []byte) (spoilt []byte, ok bool)
	silent bool // it says nothing, and may be busy
	told   bool // what it says cannot be true
	plain  bool // and that is plain before it is asked for a block
}

// The kinds of lies, for misledBy.
func (l lie) aboutBlocks() bool   { return l.told && l.kind != blocksync.KindLocate }
func (l lie) aboutItsChain() bool { return l.kind == blocksync.KindLocate && !l.silent }
func (l lie) isSilence() bool     { return l.silent }

// lies are all that we could think of: silence, answers that are malformed or too large, blocks without work,
// links or numbers, false places and anchors, and a chain that is sound but for one block. Each stranger has a
// chain that seems to be higher than ours.
func lies(step int) []lie {
	further := func() []chain.Block { return extended(long(), dave, 20) }
	lied := func(what string, kind messaging.Kind, spoil func([]byte) ([]byte, bool)) lie {
		return lie{what: what, kind: kind, has: further, spoil: spoil, told: true, plain: kind == blocksync.KindLocate}
	}
	silent := func(what string, kind messaging.Kind, answers bool) lie {
		return lie{what, kind, further, func([]byte) ([]byte, bool) { return nil, answers }, true, false, false}
	}
	return []lie{
		silent("never gives blocks", blocksync.KindBlocks, false),
		silent("gives nothing", blocksync.KindBlocks, true),
		lied("gives garbage", blocksync.KindBlocks, func([]byte) ([]byte, bool) { return []byte("garbage"), true }),
		lied("gives what is no block", blocksync.KindBlocks, func([]byte) ([]byte, bool) {
			return []byte{0, 0, 0, 1, 'x'}, true
		}),
		lied("claims a text of 4 GiB", blocksync.KindBlocks, func(r []byte) ([]byte, bool) {
			return append([]byte{0xff, 0xff, 0xff, 0xff}, r...), true
		}),
		lied("gives too many blocks", blocksync.KindBlocks, func(r []byte) ([]byte, bool) {
			return slices.Repeat(r, 20), true
		}),
		lied("gives blocks without work", blocksync.KindBlocks, blocks(func(b *chain.Block) { *b = unsolve(*b) })),
		lied("gives blocks that do not link", blocksync.KindBlocks, unlinked),
		lied("gives blocks with other numbers", blocksync.KindBlocks, blocks(func(b *chain.Block) {
			b.Number++
			*b = chaintest.Mine(params, *b)
		})),
		silent("does not answer at all", blocksync.KindLocate, false),
		lied("answers what is malformed", blocksync.KindLocate, func(r []byte) ([]byte, bool) {
			return r[:len(r)-1], true
		}),
		lied("names an ancestor that nobody asked for", blocksync.KindLocate, located(step, anotherAncestor)),
		lied("has anchors without work", blocksync.KindLocate, located(step, idleAnchors)),
		{"claims a chain without end", blocksync.KindLocate, further, located(step, endless), false, false, false},
		{"has an invalid block in its chain", "", withInvalid, nil, false, true, false},
	}
}

// located changes where a liar says that two chains part.
func located(step int, change func(m *blocksync.Located)) func(reply []byte) ([]byte, bool) {
	return func(reply []byte) ([]byte, bool) {
		m, err := blocksync.ParseLocated(reply, step)
		scenario.Must(err)
		change(&m)
		return m.AppendTo(nil), true
	}
}

// anotherAncestor names a block that was not among the places of the question.
func anotherAncestor(m *blocksync.Located) { m.Ancestor++ }

// idleAnchors has hashes that no work was done for.
func idleAnchors(m *blocksync.Located) {
	for i := range m.Anchors {
		m.Anchors[i] = chain.BlockHash{0xff, byte(i)}
	}
}

// endless has real anchors, in the wrong order, again and again.
func endless(m *blocksync.Located) {
	if len(m.Anchors) > 0 {
		m.Tip = ^uint64(0)
		slices.Reverse(m.Anchors)
		m.Anchors = slices.Repeat(m.Anchors, blocksync.MaxAnchors)[:blocksync.MaxAnchors]
	}
}

// blocks changes the blocks that a liar gives.
func blocks(change func(b *chain.Block)) func(reply []byte) ([]byte, bool) {
	return func(reply []byte) ([]byte, bool) { return texts(changed(reply, change)...), true }
}

// withInvalid is a chain with a block in it that spends a nonce which is to come.
func withInvalid() []chain.Block {
	head := long()[:48]
	bad := next(last(head), dave, pay(carol, bob, 99, 1))
	return extended(append(slices.Clone(head), bad), dave, 68)
}

// changed is the blocks of an answer, changed.
func changed(reply []byte, change func(b *chain.Block)) []chain.Block {
	all, err := blocksync.ParseTexts(reply, blocksync.MaxStep, len(reply))
	scenario.Must(err)
	var blocks []chain.Block
	for _, text := range all {
		b, err := chain.ParseBlock(text)
		scenario.Must(err)
		change(&b)
		blocks = append(blocks, b)
	}
	return blocks
}

// spoilt spoils what the lie is about.
func spoilt(lie lie) func(messaging.Kind, []byte) ([]byte, bool) {
	return func(kind messaging.Kind, reply []byte) ([]byte, bool) {
		if kind == lie.kind && len(reply) > 0 {
			return lie.spoil(reply)
		}
		return reply, true
	}
}

// extended is the chain and more blocks upon it.
func extended(blocks []chain.Block, coinbase, more int) []chain.Block {
	return append(slices.Clone(blocks), branch(last(blocks), coinbase, more)...)
}
