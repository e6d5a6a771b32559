package latticetest

import (
	"bytes"
	"time"

	"strata/gossip"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
)

// fakeGossip is gossip without a network.
type fakeGossip struct {
	desk     *desk
	handlers map[messaging.Kind]gossip.Handler
	sent     []sent
}

// sent is one message, and when it was sent.
type sent struct {
	to      network.Addr // empty: to all
	kind    messaging.Kind
	payload []byte
	at      time.Duration
}

func (g *fakeGossip) Start(p2p.Watcher) error { return nil }
func (g *fakeGossip) Stop()                   {}

func (g *fakeGossip) Handle(kind messaging.Kind, h gossip.Handler) error {
	g.handlers[kind] = h
	return nil
}

// Broadcast notes the message, and holds a final vote against the disk as it would be after a crash now (LED-9).
func (g *fakeGossip) Broadcast(kind messaging.Kind, payload []byte) error {
	g.sent = append(g.sent, sent{"", kind, bytes.Clone(payload), g.desk.w.Now()})
	g.desk.promised(kind, payload)
	return nil
}

// passer is whom messages come from.
const passer network.Addr = "10.9.9.9:4000"

// deliver hands a message to the node's handler, and says whether it passes it on.
func (g *fakeGossip) deliver(kind messaging.Kind, payload []byte) (pass bool) {
	if h := g.handlers[kind]; h != nil {
		return h(passer, bytes.Clone(payload))
	}
	return false
}

// fakePeers is one neighbour that says nothing by itself.
type fakePeers struct {
	desk     *desk
	handlers map[messaging.Kind]p2p.Handler
	asked    []question
	sent     []sent
}

// question is a request that the node has sent.
type question struct {
	kind    messaging.Kind
	payload []byte
	done    func([]byte, error)
}

func (p *fakePeers) Start(p2p.Watcher) error { return nil }
func (p *fakePeers) Stop()                   {}

func (p *fakePeers) Handle(kind messaging.Kind, h p2p.Handler) error {
	p.handlers[kind] = h
	return nil
}

func (p *fakePeers) Peers() []network.Addr { return []network.Addr{passer} }

func (p *fakePeers) Request(_ network.Addr, kind messaging.Kind, payload []byte, done func([]byte, error)) {
	p.asked = append(p.asked, question{kind, bytes.Clone(payload), done})
}

func (p *fakePeers) Send(to network.Addr, kind messaging.Kind, payload []byte) error {
	p.sent = append(p.sent, sent{to, kind, bytes.Clone(payload), p.desk.w.Now()})
	return nil
}

func (p *fakePeers) Broadcast(kind messaging.Kind, payload []byte, _ ...network.Addr) error {
	return p.Send("", kind, payload)
}

// deliver hands a message of the peer to the node's handler, and returns its answer.
func (p *fakePeers) deliver(kind messaging.Kind, payload []byte) (reply []byte) {
	if h := p.handlers[kind]; h != nil {
		reply, _ = h(passer, bytes.Clone(payload))
	}
	return reply
}

// takes is the first question of a kind that was not answered yet, which it takes away; nil if there is none.
func (p *fakePeers) takes(kind messaging.Kind) *question {
	for i, q := range p.asked {
		if q.kind == kind {
			p.asked = append(p.asked[:i:i], p.asked[i+1:]...)
			return &q
		}
	}
	return nil
}

// count is how many messages of a kind the node has sent to peers.
func (p *fakePeers) count(kind messaging.Kind) (n int) {
	for _, s := range p.sent {
		if s.kind == kind {
			n++
		}
	}
	return n
}
