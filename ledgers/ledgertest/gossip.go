package ledgertest

import (
	"bytes"
	"time"

	"strata/gossip"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
)

// Passer is the neighbour that messages come from where it does not matter which.
const Passer network.Addr = "10.9.9.9:4000"

// Message is what the member has said. The payload is a copy.
type Message struct {
	To      network.Addr // empty: all
	Kind    messaging.Kind
	Payload []byte
	At      time.Duration // since the run began
}

// Of lists the payloads of a kind among messages, in order.
func Of(kind messaging.Kind, messages []Message) (payloads [][]byte) {
	for _, m := range messages {
		if m.Kind == kind {
			payloads = append(payloads, m.Payload)
		}
	}
	return payloads
}

// Gossip is gossip without a network.
type Gossip struct {
	Sent     []Message
	Watcher  p2p.Watcher // whom the member has told of peers that come and go
	now      func() time.Duration
	heard    func(Message)
	handlers map[messaging.Kind]gossip.Handler
}

var _ gossip.Gossip = (*Gossip)(nil)

// NewGossip makes gossip that takes its times from now, and calls heard with each message as it is said; heard may be nil.
func NewGossip(now func() time.Duration, heard func(Message)) *Gossip {
	return &Gossip{now: now, heard: heard, handlers: map[messaging.Kind]gossip.Handler{}}
}

// Start keeps the watcher.
func (g *Gossip) Start(w p2p.Watcher) error {
	g.Watcher = w
	return nil
}

// Stop does nothing.
func (g *Gossip) Stop() {}

// Handle keeps the handler, for Deliver.
func (g *Gossip) Handle(kind messaging.Kind, h gossip.Handler) error {
	g.handlers[kind] = h
	return nil
}

// Broadcast notes the message.
func (g *Gossip) Broadcast(kind messaging.Kind, payload []byte) error {
	m := Message{Kind: kind, Payload: bytes.Clone(payload), At: g.now()}
	g.Sent = append(g.Sent, m)
	if g.heard != nil {
		g.heard(m)
	}
	return nil
}

// Deliver hands a message to the member as if Passer had passed it on, and says whether the member passes it on too.
func (g *Gossip) Deliver(kind messaging.Kind, payload []byte) (pass bool) {
	return g.DeliverFrom(Passer, kind, payload)
}

// DeliverFrom is Deliver of another neighbour.
func (g *Gossip) DeliverFrom(from network.Addr, kind messaging.Kind, payload []byte) (pass bool) {
	if h := g.handlers[kind]; h != nil {
		return h(from, bytes.Clone(payload))
	}
	return false
}
