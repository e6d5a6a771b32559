package p2ptest

import (
	"time"

	"strata/messaging"
	"strata/network"
)

// hostSpy notes whom a node dials, in order. Dials show what a node knows and what it means to do, before any
// connection does.
//
// Where maintenance is not to be, its interval is never. A layer that dials its bootstrap nodes in its first
// round, as P2P-8 allows, gets that one round: see firstRound.
type hostSpy struct {
	network.Host
	dialled []network.Addr
	onDial  func(to network.Addr)
	rounds  map[network.TimerID]func() // set for never, and not cancelled
}

// Unwrap is the host that it wraps.
func (h *hostSpy) Unwrap() network.Host { return h.Host }

// After notes the rounds that are set for never.
func (h *hostSpy) After(d time.Duration, f func()) network.TimerID {
	id := h.Host.After(d, f)
	if d >= never-never/4 {
		h.rounds[id] = f
	}
	return id
}

// Cancel is the host's.
func (h *hostSpy) Cancel(id network.TimerID) {
	delete(h.rounds, id)
	h.Host.Cancel(id)
}

// firstRound runs the round that a node has set, unless it has dialled already. It is called when the node has
// started.
func (h *hostSpy) firstRound() {
	if len(h.dialled) > 0 || len(h.rounds) != 1 {
		return
	}
	for id, round := range h.rounds {
		h.Cancel(id)
		h.Host.After(0, round)
	}
}

// Dial notes the address.
func (h *hostSpy) Dial(to network.Addr, done func(network.Stream, error)) {
	h.dialled = append(h.dialled, to)
	if h.onDial != nil {
		h.onDial(to)
	}
	h.Host.Dial(to, done)
}

// netSpy stands between a node's network and what is above it, and notes which connections are open
// and whether an acceptance was sent.
type netSpy struct {
	network.Network
	above    network.Handler
	open     map[network.ConnID]network.Side // open connections: who dialled
	accepted bool                            // a response that starts with 0x01 was sent
}

// Start puts the spy between.
func (s *netSpy) Start(h network.Handler) error {
	s.above = h
	return s.Network.Start(s)
}

// Send looks for acceptances.
func (s *netSpy) Send(id network.ConnID, payload []byte) error {
	m, err := messaging.Decode(payload)
	if err == nil && m.Type == messaging.TypeResponse && len(m.Payload) > 0 && m.Payload[0] == 1 {
		s.accepted = true
	}
	return s.Network.Send(id, payload)
}

// closeAll closes every connection, behind the back of the layers above.
func (s *netSpy) closeAll() {
	for id := range s.open {
		s.Close(id)
	}
}

// Connected passes on the event.
func (s *netSpy) Connected(id network.ConnID, dialled network.Side) {
	s.open[id] = dialled
	s.above.Connected(id, dialled)
}

// Received passes on the event.
func (s *netSpy) Received(id network.ConnID, payload []byte) { s.above.Received(id, payload) }

// Disconnected passes on the event.
func (s *netSpy) Disconnected(id network.ConnID, ended network.Side, reason error) {
	delete(s.open, id)
	s.above.Disconnected(id, ended, reason)
}
