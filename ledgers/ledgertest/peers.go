package ledgertest

import (
	"bytes"
	"cmp"
	"slices"
	"time"

	"strata/messaging"
	"strata/network"
	"strata/p2p"
)

// Question is a request of the member's. The payload is a copy; Done takes the answer.
type Question struct {
	To      network.Addr
	Kind    messaging.Kind
	Payload []byte
	Done    func([]byte, error)
}

// Peers are neighbours that say nothing by themselves.
type Peers struct {
	Sent       []Message // to one of them
	Broadcasts []Message
	Asked      []Question          // that wait for an answer
	Answers    func(Question) bool // says whether it takes a question, which then does not wait; may be nil

	now        func() time.Duration
	neighbours []network.Addr
	handlers   map[messaging.Kind]p2p.Handler
}

var _ p2p.P2P = (*Peers)(nil)

// NewPeers makes neighbours, with times from now.
func NewPeers(now func() time.Duration, neighbours ...network.Addr) *Peers {
	return &Peers{now: now, neighbours: neighbours, handlers: map[messaging.Kind]p2p.Handler{}}
}

// Start does nothing.
func (p *Peers) Start(p2p.Watcher) error { return nil }

// Stop does nothing.
func (p *Peers) Stop() {}

// Peers lists the neighbours.
func (p *Peers) Peers() []network.Addr { return slices.Clone(p.neighbours) }

// Handle keeps the handler, for Deliver.
func (p *Peers) Handle(kind messaging.Kind, h p2p.Handler) error {
	p.handlers[kind] = h
	return nil
}

// Send notes the message.
func (p *Peers) Send(to network.Addr, kind messaging.Kind, payload []byte) error {
	p.Sent = append(p.Sent, Message{to, kind, bytes.Clone(payload), p.now()})
	return nil
}

// Broadcast notes the message.
func (p *Peers) Broadcast(kind messaging.Kind, payload []byte, _ ...network.Addr) error {
	p.Broadcasts = append(p.Broadcasts, Message{"", kind, bytes.Clone(payload), p.now()})
	return nil
}

// Request has Answers take the question, or notes it.
func (p *Peers) Request(to network.Addr, kind messaging.Kind, payload []byte, done func([]byte, error)) {
	q := Question{to, kind, bytes.Clone(payload), done}
	if p.Answers == nil || !p.Answers(q) {
		p.Asked = append(p.Asked, q)
	}
}

// Deliver hands a message of Passer's to the member, and returns what it answers.
func (p *Peers) Deliver(kind messaging.Kind, payload []byte) (reply []byte, ok bool) {
	return p.DeliverFrom(Passer, kind, payload)
}

// DeliverFrom is Deliver of another neighbour.
func (p *Peers) DeliverFrom(from network.Addr, kind messaging.Kind, payload []byte) (reply []byte, ok bool) {
	if h := p.handlers[kind]; h != nil {
		return h(from, bytes.Clone(payload))
	}
	return nil, false
}

// Take is the first question of a kind that waits, which no longer does; nil if there is none.
func (p *Peers) Take(kind messaging.Kind) *Question {
	for i, q := range p.Asked {
		if q.Kind == kind {
			p.Asked = slices.Delete(p.Asked, i, i+1)
			return &q
		}
	}
	return nil
}

// Said is what the member has told them, to one or to all, in order.
func (p *Peers) Said() []Message {
	all := slices.Concat(p.Sent, p.Broadcasts)
	slices.SortStableFunc(all, func(a, b Message) int { return cmp.Compare(a.At, b.At) })
	return all
}

// Forget drops what was said until now.
func (p *Peers) Forget() { p.Sent, p.Broadcasts = nil, nil }
