package witness

import (
	"fmt"
	"strconv"
	"strings"

	"strata/gossip"
	"strata/harness/sim"
	"strata/harness/trace"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
)

// tell has a layer tell something to the one above, if it is the layer that is graded.
func (w *Witness) tell(layer, format string, args ...any) {
	if w.Tell != nil && layer == w.layer {
		w.Tell(sim.TraceEvent{Kind: sim.TraceTell, Text: fmt.Sprintf(format, args...)})
	}
}

// mostReason is how many bytes of an error are shown.
const mostReason = 160

// reason is the text of an error that a student's code may have made, on one line.
func reason(err error) (text string) {
	if err == nil {
		return "no reason"
	}
	defer func() {
		if value := recover(); value != nil {
			text = "an error that panics when it is asked for its text"
		}
	}()
	text = err.Error()
	if len(text) > mostReason {
		text = strings.ToValidUTF8(text[:mostReason], "") + ".."
	}
	quoted := strconv.Quote(text)
	return strings.ReplaceAll(quoted[1:len(quoted)-1], `\"`, `"`)
}

// watchedNetwork is layer 1: whoever handles it is listened to.
type watchedNetwork struct {
	network.Network
	w     *Witness
	cfg   network.Config
	under *tap // whose piece is being handed over; nil: none
	cut   cut  // what has come of it so far
}

// Close is network.Network's, as is Stop.
func (n *watchedNetwork) Close(id network.ConnID) {
	n.reenter()
	n.Network.Close(id)
}

func (n *watchedNetwork) Stop() {
	n.reenter()
	n.Network.Stop()
}

// reenter notes that a layer is called while it cuts a piece.
func (n *watchedNetwork) reenter() {
	if n.under != nil {
		n.under.lost, n.w.open = true, nil
	}
}

// Start is network.Network's.
func (n *watchedNetwork) Start(h network.Handler) error {
	if h == nil {
		return n.Network.Start(nil)
	}
	return n.Network.Start(&heardHandler{h, n.w, n})
}

// heardHandler tells of what layer 1 tells.
type heardHandler struct {
	network.Handler
	w *Witness
	n *watchedNetwork
}

// Connected is network.Handler's, as are the following.
func (h *heardHandler) Connected(id network.ConnID, dialled network.Side) {
	h.w.tell("network", "connected: connection %d, dialled by %s", id, whose(dialled))
	h.Handler.Connected(id, dialled)
}

func (h *heardHandler) Received(id network.ConnID, payload []byte) {
	h.w.tell("network", "received on connection %d: %s", id, trace.Quote(payload))
	if h.n.under != nil {
		h.n.cut.messages = append(h.n.cut.messages, string(payload))
	}
	h.Handler.Received(id, payload)
}

func (h *heardHandler) Disconnected(id network.ConnID, ended network.Side, why error) {
	if h.w.Tell != nil && ended == network.Ours && why != nil {
		h.w.Tell(sim.TraceEvent{Kind: sim.TraceReason, Text: reason(why)})
	}
	if h.n.under != nil {
		h.n.cut.over, h.n.cut.reason = true, why
	}
	h.w.tell("network", "disconnected: connection %d, ended by %s, %s", id, whose(ended), reason(why))
	h.Handler.Disconnected(id, ended, why)
}

// whose names a side in a sentence about a node.
func whose(s network.Side) string {
	if s == network.Ours {
		return "this node"
	}
	return "the peer"
}

// messaging is layer 2, whose handlers and callbacks are listened to.
func (w *Witness) messaging(m messaging.Messaging) messaging.Messaging {
	if w.layer != "messaging" {
		return m
	}
	return &watchedMessaging{m, w}
}

type watchedMessaging struct {
	messaging.Messaging
	w *Witness
}

// Handle is messaging.Messaging's, as are the following.
func (m *watchedMessaging) Handle(kind messaging.Kind, h messaging.Handler) error {
	if h == nil {
		return m.Messaging.Handle(kind, nil)
	}
	return m.Messaging.Handle(kind, func(from network.ConnID, payload []byte) ([]byte, bool) {
		m.w.tell("messaging", "handler of %s gets %s", kind, trace.Quote(payload))
		return h(from, payload)
	})
}

func (m *watchedMessaging) Request(to network.ConnID, kind messaging.Kind, payload []byte, done func([]byte, error)) {
	m.Messaging.Request(to, kind, payload, func(reply []byte, err error) {
		if err != nil {
			m.w.tell("messaging", "request %s ends: %s", kind, reason(err))
		} else {
			m.w.tell("messaging", "request %s is answered: %s", kind, trace.Quote(reply))
		}
		done(reply, err)
	})
}

// p2p is layer 3, whose watcher and handlers are listened to.
func (w *Witness) p2p(p p2p.P2P) p2p.P2P {
	if w.layer != "p2p" {
		return p
	}
	return &watchedP2P{p, w}
}

type watchedP2P struct {
	p2p.P2P
	w *Witness
}

// Start is p2p.P2P's, as is the following.
func (p *watchedP2P) Start(watcher p2p.Watcher) error {
	if watcher == nil {
		return p.P2P.Start(nil)
	}
	return p.P2P.Start(&heardPeers{watcher, p.w})
}

func (p *watchedP2P) Handle(kind messaging.Kind, h p2p.Handler) error {
	if h == nil {
		return p.P2P.Handle(kind, nil)
	}
	return p.P2P.Handle(kind, func(from network.Addr, payload []byte) ([]byte, bool) {
		p.w.tell("p2p", "handler of %s gets %s from %s", kind, trace.Quote(payload), short(from))
		return h(from, payload)
	})
}

// heardPeers tells of what layer 3 tells.
type heardPeers struct {
	p2p.Watcher
	w *Witness
}

// PeerArrived is p2p.Watcher's, as is PeerLost.
func (h *heardPeers) PeerArrived(peer network.Addr) {
	h.w.tell("p2p", "peer arrived: %s", short(peer))
	h.Watcher.PeerArrived(peer)
}

func (h *heardPeers) PeerLost(peer network.Addr) {
	h.w.tell("p2p", "peer lost: %s", short(peer))
	h.Watcher.PeerLost(peer)
}

// gossip is layer 4, whose handlers are listened to.
func (w *Witness) gossip(g gossip.Gossip) gossip.Gossip {
	if w.layer != "gossip" {
		return g
	}
	return &watchedGossip{g, w}
}

type watchedGossip struct {
	gossip.Gossip
	w *Witness
}

// Handle is gossip.Gossip's.
func (g *watchedGossip) Handle(kind messaging.Kind, h gossip.Handler) error {
	if h == nil {
		return g.Gossip.Handle(kind, nil)
	}
	return g.Gossip.Handle(kind, func(from network.Addr, payload []byte) bool {
		g.w.tell("gossip", "handler of %s gets %s from %s", kind, trace.Quote(payload), short(from))
		return h(from, payload)
	})
}
