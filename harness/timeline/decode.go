package timeline

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"strata/chain"
	"strata/gossip"
	"strata/mempool"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
)

// stream puts the pieces of one direction of one connection together.
type stream struct {
	rest   []byte
	broken bool // what came is not frames: the rest is shown as it is
}

// tooLong is a length that no scenario means: the bytes are not a frame.
const tooLong = 64 << 20

// push adds a piece and describes each message that is complete now.
func (s *stream) push(piece []byte) []string {
	if s.broken {
		return nil
	}
	s.rest = append(s.rest, piece...)
	var messages []string
	for len(s.rest) >= network.HeaderSize {
		size := int(network.PayloadSize(s.rest))
		if size > tooLong {
			s.broken = true
			break
		}
		if len(s.rest) < network.HeaderSize+size {
			break
		}
		messages = append(messages, describe(s.rest[network.HeaderSize:network.HeaderSize+size]))
		s.rest = s.rest[network.HeaderSize+size:]
	}
	return messages
}

// describe says what a frame carries: a message of layer 2 and up if it is one, else its bytes.
func describe(frame []byte) string {
	m, err := messaging.Decode(frame)
	if err != nil {
		return fmt.Sprintf("frame of %d bytes %s", len(frame), quote(frame))
	}
	switch m.Type {
	case messaging.TypeResponse:
		return fmt.Sprintf("response %d %s", m.ID, answer(m.Payload))
	case messaging.TypeRequest:
		return fmt.Sprintf("request %d %s %s", m.ID, m.Kind, quote(m.Payload))
	}
	kind := string(m.Kind)
	if inner, ok := strings.CutPrefix(kind, gossip.KindPrefix); ok {
		if id, payload, ok := gossip.Decode(m.Payload); ok {
			return fmt.Sprintf("gossip %s id %s.. %s", inner, id.String()[:8], content(payload))
		}
	}
	return fmt.Sprintf("message %s %s", kind, content(m.Payload))
}

// answer says what a response carries; what looks like the answer to a hello is shown as one.
func answer(payload []byte) string {
	if a, err := p2p.DecodeAnswer(payload, 1000); err == nil {
		verdict := "rejected"
		if a.Accepted {
			verdict = "accepted"
		}
		return fmt.Sprintf("%s, %d peers %s", verdict, len(a.Peers), quote(payload[1:]))
	}
	return quote(payload)
}

// content says what a gossiped message carries.
func content(payload []byte) string {
	if tx, err := mempool.ParseTransaction(payload); err == nil {
		return fmt.Sprintf("%s.. pays %s.. %d, nonce %d", tx.Sender.String()[:8], tx.Recipient.String()[:8], tx.Amount, tx.Nonce)
	}
	if b, err := chain.ParseBlock(payload); err == nil {
		return fmt.Sprintf("block %d %s.. on %s.., %d transactions", b.Number, b.Hash().String()[:8], b.Parent.String()[:8], len(b.Transactions))
	}
	return quote(payload)
}

// shown is the most bytes of a payload that a line has room for.
const shown = 48

// quote shows bytes as text if they are, else in hex.
func quote(b []byte) string {
	if len(b) == 0 {
		return `""`
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
