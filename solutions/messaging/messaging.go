// Package messaging is the reference implementation of layer 2. This file is the layer and what
// arrives at it; requests.go is what it asks of others.
package messaging

import (
	"fmt"

	"strata/messaging"
	"strata/network"
)

// layer implements messaging.Messaging, and network.Handler for the network below.
type layer struct {
	host     network.Host
	net      network.Network
	cfg      messaging.Config
	watcher  messaging.Watcher // may be nil
	handlers map[messaging.Kind]messaging.Handler
	stopped  bool

	lastID      map[network.ConnID]uint32 // of every open connection: the id of its last request, 0 for none
	outstanding map[requestKey]request    // the requests that wait for their end
	sent        sent                      // the last regular message
}

// New makes the layer on a network.
func New(host network.Host, net network.Network, cfg messaging.Config) messaging.Messaging {
	return &layer{
		host:        host,
		net:         net,
		cfg:         cfg,
		handlers:    make(map[messaging.Kind]messaging.Handler),
		lastID:      make(map[network.ConnID]uint32),
		outstanding: make(map[requestKey]request),
	}
}

// Start starts the network below with this layer as its handler.
func (l *layer) Start(w messaging.Watcher) error {
	l.watcher = w
	return l.net.Start(l)
}

// Connected is called by the network.
func (l *layer) Connected(id network.ConnID, dialled network.Side) {
	l.lastID[id] = 0
	if l.watcher != nil {
		l.watcher.Connected(id, dialled)
	}
}

// Disconnected is called by the network. The requests of the connection end before the watcher
// hears of it.
func (l *layer) Disconnected(id network.ConnID, ended network.Side, reason error) {
	delete(l.lastID, id) // first: a callback that asks again finds the connection closed
	if len(l.outstanding) > 0 {
		l.abandon(id)
	}
	if l.watcher != nil {
		l.watcher.Disconnected(id, ended, reason)
	}
}

// Handle registers the handler of a kind. Errors: that of Kind.Validate; messaging.ErrDuplicateKind
// if there is one, which then stays (MSG-3).
func (l *layer) Handle(kind messaging.Kind, h messaging.Handler) error {
	//strata:begin messaging.1
	if err := kind.Validate(); err != nil {
		return err
	}
	if _, taken := l.handlers[kind]; taken {
		return fmt.Errorf("messaging: %w: %s", messaging.ErrDuplicateKind, kind)
	}
	l.handlers[kind] = h
	return nil
	//strata:end
}

// Received takes a message from the network (messaging.Decode). A malformed one closes its connection
// (MSG-10). A response ends the request that it answers: see respond. The handler of their kind gets
// regular messages and requests; without a handler they are ignored (MSG-4). A request whose handler
// returns ok is answered once, with a response that has its id, an empty kind and the reply (MSG-6). A
// regular message is never answered (MSG-5).
//
// A handler may close the connection, so that an answer may find nobody there. That is no error.
func (l *layer) Received(from network.ConnID, b []byte) {
	//strata:begin messaging.1
	m, err := messaging.Decode(b)
	if err != nil {
		l.host.Log().Debug("closing", "conn", from, "err", err)
		l.net.Close(from)
		return
	}
	if m.Type == messaging.TypeResponse {
		l.respond(from, m)
		return
	}
	handle, known := l.handlers[messaging.Kind(m.Kind)]
	if !known {
		return
	}
	reply, ok := handle(from, m.Payload)
	if ok && m.Type == messaging.TypeRequest {
		l.answer(from, m.ID, reply)
	}
	//strata:end
}

//strata:begin messaging.1

// answer sends a response. If the connection is gone the asker knows, and its request has ended.
func (l *layer) answer(to network.ConnID, id uint32, reply []byte) {
	err := l.net.Send(to, messaging.Encode(messaging.TypeResponse, id, "", reply))
	if err != nil {
		l.host.Log().Debug("response not sent", "conn", to, "err", err)
	}
}

//strata:end
