package trace

import (
	"fmt"

	"strata/ledgers/causal"
	"strata/messaging"
)

// kindCausal begins the kinds of elective 10.
const kindCausal = "cau:"

// fillCausal decodes what a replica says, gossips or asks.
func (m *Message) fillCausal(kind string, body []byte) {
	m.Layer = causal.Name
	switch messaging.Kind(kind) {
	case causal.KindUpdate:
		if u, err := causal.DecodeUpdate(body); err == nil {
			id := u.ID()
			m.Summary = fmt.Sprintf("update %x.. by %s on %s, %s", id[:4], short(u.Author.String()),
				CountOf(len(u.Predecessors), "other"), does(u.Body))
		}
	case causal.KindHeads:
		if h, err := causal.DecodeHeads(body); err == nil {
			m.Summary = fmt.Sprintf("has %s, hash %x..", CountOf(int(h.Count), "head"), h.Hash[:4])
		}
	case causal.KindList:
		m.Summary = "asks for heads"
	case causal.KindAsk:
		if a, err := causal.DecodeAsk(body); err == nil {
			m.Summary = fmt.Sprintf("asks for %s, and up to %s beyond", CountOf(len(a.IDs), "update"), CountOf(a.More, "ancestor"))
		}
	}
}

// does says what the first operation of a body does.
func does(body []byte) string {
	ops, err := causal.DecodeOps(body)
	if err != nil {
		return "a body that is none"
	}
	op := ops[0]
	if d, err := causal.DecodeDeed(op.Value); op.Action == causal.Do && err == nil {
		return map[causal.DeedKind]string{causal.Transfer: "a transfer", causal.Lock: "a lock", causal.Redeem: "a redeem",
			causal.Refund: "a refund", causal.Commit: "a commitment", causal.Reveal: "a reveal"}[d.Kind]
	}
	text := map[causal.Action]string{causal.Set: "sets", causal.Remove: "removes", causal.Insert: "inserts into", causal.Delete: "deletes from"}[op.Action]
	text += " " + Quote([]byte(op.Key.Name))
	if len(ops) > 1 {
		text += fmt.Sprintf(" and does %d more", len(ops)-1)
	}
	return text
}
