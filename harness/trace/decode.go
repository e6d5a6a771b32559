package trace

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"strata/chain"
	"strata/gossip"
	"strata/gossip/search"
	"strata/mempool"
	"strata/messaging"
	"strata/network"
	"strata/node/fetch"
	"strata/p2p"
)

// The kinds whose payloads are known.
const (
	kindHello    = "p2p:hello"
	kindGetPeers = "p2p:get_peers"
	kindNewTx    = "bc:new_tx"
	kindNewBlock = "bc:new_block"
)

// maxPeers is the most addresses of one list that are decoded (P2P-13).
const maxPeers = 1000

// decode says what a frame carries. asked is the kind of the request with that id, for a response.
func decode(frame []byte, asked func(id uint32) string) Message {
	out := Message{Layer: "network", Type: TypeFrame, Size: len(frame), Summary: Quote(frame), frame: frame}
	m, err := messaging.Decode(frame)
	if err != nil {
		return out
	}
	out.ID, out.Kind, out.Layer = m.ID, string(m.Kind), "messaging"
	switch m.Type {
	case messaging.TypeRequest:
		out.Type = TypeRequest
	case messaging.TypeResponse:
		out.Type, out.Kind = TypeResponse, asked(m.ID)
	default:
		out.Type = TypeRegular
	}
	out.fill(m.Payload)
	return out
}

// Decode says which messages a piece of a stream carries, if it begins with a frame. Bytes at its end
// that are no whole frame are a message of TypePart or TypeBytes. What a response answers is not known.
func Decode(piece []byte) []Message {
	var t talk
	messages := t.written(0, 0, piece)
	w := &t.ways[0]
	if len(w.rest) > 0 && len(w.rest) < network.HeaderSize {
		return append(messages, w.raw(w.rest)...)
	}
	if m, ok := w.unfinished(); ok {
		messages = append(messages, m)
	}
	return messages
}

// String is the message on one line.
func (m Message) String() string {
	switch {
	case m.Type == TypeFrame:
		return fmt.Sprintf("frame of %d bytes %s", m.Size, m.Summary)
	case m.Type == TypePart:
		return "part of a frame: " + m.Summary
	case m.Type == TypeBytes:
		return m.Summary
	case m.Gossip != "":
		return fmt.Sprintf("%s id %.8s.. %s", m.Kind, m.Gossip, m.Summary)
	case m.Type == TypeRegular:
		return fmt.Sprintf("%s %s", m.Kind, m.Summary)
	}
	return strings.Join(strings.Fields(fmt.Sprintf("%s %d %s", m.Type, m.ID, m.Kind)), " ") + " " + m.Summary
}

// fill decodes the payload by kind and type.
func (m *Message) fill(payload []byte) {
	m.Summary = Quote(payload)
	inner, gossiped := strings.CutPrefix(m.Kind, gossip.KindPrefix)
	switch {
	case strings.HasPrefix(m.Kind, "p2p:"):
		m.Layer = "p2p"
		m.fillP2P(payload)
	case strings.HasPrefix(m.Kind, "sync:"):
		m.Layer = "chain"
		m.fillSync(payload)
	case gossiped && m.Type == TypeRegular:
		m.Layer = "gossip"
		m.fillGossip(inner, payload)
	case strings.HasPrefix(m.Kind, kindCausal) && m.Type != TypeResponse:
		m.fillCausal(m.Kind, payload)
	case strings.HasPrefix(m.Kind, kindLeader) && m.Type == TypeRegular:
		m.fillLeader(m.Kind, payload)
	case strings.HasPrefix(m.Kind, kindValidators) && m.Type != TypeResponse:
		m.fillValidators(m.Kind, payload)
	case strings.HasPrefix(m.Kind, kindLattice) && m.Type == TypeRegular:
		m.fillLattice(m.Kind, payload)
	case strings.HasPrefix(m.Kind, search.ResponseKindPrefix):
		m.Layer = "gossip"
		m.fillSearch(payload, m.Kind == search.ResponseKindPrefix+string(fetch.Kind))
	}
}

func (m *Message) fillP2P(payload []byte) {
	if m.Type != TypeResponse {
		return
	}
	switch m.Kind {
	case kindHello:
		a, err := p2p.DecodeAnswer(payload, maxPeers)
		if err != nil {
			return
		}
		verdict := "rejected"
		if a.Accepted {
			verdict = "accepted"
		}
		m.Accepted, m.Peers = &a.Accepted, a.Peers
		m.Summary = fmt.Sprintf("%s, %s", verdict, CountOf(len(a.Peers), "peer"))
	case kindGetPeers:
		m.Peers = p2p.SplitPeers(payload, maxPeers)
		m.Summary = CountOf(len(m.Peers), "peer")
	}
}

func (m *Message) fillGossip(inner string, payload []byte) {
	id, body, ok := gossip.Decode(payload)
	if !ok {
		return
	}
	m.Gossip = id.String()
	m.Summary = Quote(body)
	switch {
	case inner == kindNewTx:
		m.Layer = "mempool"
		m.fillTx(body)
	case inner == kindNewBlock:
		m.Layer = "chain"
		m.fillBlock(body)
	case strings.HasPrefix(inner, search.KindPrefix):
		m.fillSearch(body, false)
	case strings.HasPrefix(inner, kindCausal):
		m.fillCausal(inner, body)
	case strings.HasPrefix(inner, kindLeader):
		m.fillLeader(inner, body)
	case strings.HasPrefix(inner, kindValidators):
		m.fillValidators(inner, body)
	case strings.HasPrefix(inner, kindLattice):
		m.fillLattice(inner, body)
	}
}

// fillSearch decodes a question, or an answer that may be a block.
func (m *Message) fillSearch(payload []byte, block bool) {
	id, body, ok := gossip.Decode(payload) // search ids have the size of gossip's
	if !ok {
		return
	}
	m.Search = id.String()
	m.Summary = Quote(body)
	if block {
		m.Layer = "chain"
		m.fillBlock(body)
	}
}

func (m *Message) fillTx(text []byte) {
	tx, err := mempool.ParseTransaction(text)
	if err != nil {
		return
	}
	t := transaction(tx)
	m.Tx = &t
	m.Summary = fmt.Sprintf("%s pays %s %d, nonce %d", short(t.Sender), short(t.Recipient), t.Amount, t.Nonce)
}

func (m *Message) fillBlock(text []byte) {
	b, err := chain.ParseBlock(text)
	if err != nil {
		return
	}
	m.Block = &Block{Number: b.Number, Nonce: b.Nonce, Hash: b.Hash().String(), Parent: b.Parent.String(),
		Coinbase: b.Coinbase.String(), Txs: []Transaction{}}
	for _, tx := range b.Transactions {
		m.Block.Txs = append(m.Block.Txs, transaction(tx))
	}
	m.Summary = fmt.Sprintf("block %d, %s on %s, %s", b.Number, short(m.Block.Hash), short(m.Block.Parent),
		CountOf(len(b.Transactions), "transaction"))
}

func transaction(tx mempool.Transaction) Transaction {
	return Transaction{ID: tx.ID().String(), Sender: tx.Sender.String(), Recipient: tx.Recipient.String(),
		Nonce: tx.Nonce, Amount: tx.Amount}
}

// short is the part of a hash or key by which people know it.
func short(hex string) string { return hex[:8] + ".." }

// CountOf is a number of things in words: 1 byte, 2 bytes.
func CountOf(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// shown is the most bytes of a payload that a summary has room for.
const shown = 48

// Quote shows bytes as text if they are, else in hex.
func Quote(b []byte) string {
	if len(b) == 0 {
		return "empty"
	}
	cut, more := b, ""
	if len(cut) > shown {
		cut, more = cut[:shown], fmt.Sprintf(".. (%d bytes)", len(b))
	}
	if utf8.Valid(cut) && strings.IndexFunc(string(cut), func(r rune) bool { return !strconv.IsPrint(r) }) < 0 {
		return strconv.Quote(string(cut)) + more
	}
	return "0x" + hex.EncodeToString(cut) + more
}
