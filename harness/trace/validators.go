package trace

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"strings"

	"strata/ledgers/validators"
	"strata/messaging"
)

// kindValidators begins the kinds of elective 8.
const kindValidators = "val:"

// fillValidators decodes what a validator says, gossiped, or repeated by a peer.
func (m *Message) fillValidators(kind string, body []byte) {
	m.Layer = validators.Name
	if words := decodedValidators(messaging.Kind(strings.TrimSuffix(kind, validators.Repeated)), body); words != "" {
		m.Summary = words
	}
}

// ValidatorsWords is a message of elective 8 in words; its bytes, if it is none.
func ValidatorsWords(kind messaging.Kind, body []byte) string {
	return cmp.Or(decodedValidators(kind, body), Quote(body))
}

// decodedValidators is a message in words; empty if it is none.
func decodedValidators(kind messaging.Kind, body []byte) string {
	switch kind {
	case validators.Proposal.Wire():
		if p, err := validators.DecodeProposed(body); err == nil {
			return wordOf(p.Word) + proposedOf(p)
		}
	case validators.Prevote.Wire(), validators.Precommit.Wire():
		if w, err := validators.DecodeWord(body); err == nil {
			return wordOf(w)
		}
	case validators.KindTx:
		if txs, err := validators.DecodeTransactions(body); err == nil {
			return CountOf(len(txs), "transaction") + ", the first of " + short(txs[0].Sender.String())
		}
	case validators.KindEvidence:
		if e, err := validators.DecodeEvidence(body); err == nil {
			return fmt.Sprintf("%s contradicts itself at height %d, round %d", short(e.First.Key.String()), e.First.Height, e.First.Round)
		}
	case validators.KindState:
		if s, err := validators.DecodeStanding(body); err == nil {
			return fmt.Sprintf("has decided %d, %x.., stands in round %d, %v", s.Height, s.Hash[:4], s.Round, s.Step)
		}
	}
	return askedValidators(kind, body)
}

// askedValidators is a question of elective 8 in words; empty if it is none.
func askedValidators(kind messaging.Kind, body []byte) string {
	switch {
	case kind == validators.KindFetch && len(body) == len(validators.Hash{}):
		return fmt.Sprintf("asks for block %x..", body[:4])
	case kind == validators.KindRange && len(body) == 8:
		return fmt.Sprintf("asks for decided blocks from height %d on", binary.BigEndian.Uint64(body))
	case kind == validators.KindHeaders:
		if a, err := validators.DecodeHeadersAsked(body); err == nil && a.To == 0 {
			return fmt.Sprintf("asks for headers from height %d to a snapshot", a.After)
		} else if err == nil {
			return fmt.Sprintf("asks for headers from height %d to %d", a.After, a.To)
		}
	case kind == validators.KindChunk:
		if a, err := validators.DecodeChunkAsked(body); err == nil {
			return fmt.Sprintf("asks for the part %x.. of %d bits of the state at height %d", a.Prefix[:2], a.Depth, a.Height)
		}
	}
	return ""
}

// wordOf is what a validator says, and where.
func wordOf(w *validators.Word) string {
	what := "nil"
	if !w.Nil() {
		what = fmt.Sprintf("%x..", w.Hash[:4])
	}
	return fmt.Sprintf("%s: %v of %s at height %d, round %d", short(w.Key.String()), w.Kind, what, w.Height, w.Round)
}

// proposedOf is what comes with a proposal.
func proposedOf(p *validators.Proposed) (text string) {
	if p.Valid != validators.NoRound {
		text = fmt.Sprintf(", valid in round %d", p.Valid)
	}
	if p.Block != nil {
		text += ", with " + CountOf(len(p.Block.Txs), "transaction")
	}
	return text
}
