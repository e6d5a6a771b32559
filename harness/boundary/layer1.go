package boundary

import "strata/network"

// networkBelow is a layer 1 of this side.
type networkBelow struct{ network.Network }

func (o networkBelow) serve(l *Link, method method, a arguments) (any, error) {
	switch method {
	case callStart:
		return nil, o.Start(networkHandler{l, a.ref(0)})
	case callDial:
		done := a.ref(1)
		o.Dial(a.addr(0), func(id network.ConnID, err error) { l.do(callRun, done, id, l.failureOf(err)) })
		return nil, nil
	case callSend:
		return nil, o.Send(a.conn(0), a.bytes(1))
	case callClose:
		o.Close(a.conn(0))
		return nil, nil
	case callStop:
		o.Stop()
		return nil, nil
	}
	return unknown(l, "network", method)
}

// networkHandler is an object of the process; so is a watcher of connections, who hears of no messages.
type networkHandler struct {
	link *Link
	ref  int
}

func (h networkHandler) Connected(id network.ConnID, dialled network.Side) {
	h.link.do(callConnected, h.ref, id, dialled.String())
}

func (h networkHandler) Received(id network.ConnID, payload []byte) {
	h.link.do(callReceived, h.ref, id, payload)
}

func (h networkHandler) Disconnected(id network.ConnID, ended network.Side, reason error) {
	h.link.do(callDisconnected, h.ref, id, ended.String(), h.link.failureOf(reason))
}

// handlerAbove is whoever listens to a layer 1 of the process.
type handlerAbove struct{ network.Handler }

func (o handlerAbove) serve(l *Link, method method, a arguments) (any, error) {
	if method == callReceived { // "connected" and "disconnected" are a watcher's as well
		o.Received(a.conn(0), a.bytes(1))
		return nil, nil
	}
	return connWatcher{o.Handler}.serve(l, method, a)
}

// function is a callback of this side.
type function func(arguments) any

func (f function) serve(l *Link, method method, a arguments) (any, error) {
	if method != callRun {
		return unknown(l, "function", method)
	}
	return f(a), nil
}

// theirNetwork is a layer 1 of the process.
type theirNetwork struct{ far }

func (n theirNetwork) Start(h network.Handler) error {
	return n.link.call(nil, callStart, n.ref, n.link.export(handlerAbove{h}))
}

func (n theirNetwork) Dial(to network.Addr, done func(network.ConnID, error)) {
	f := function(func(a arguments) any { done(a.conn(0), a.err(1)); return nil })
	n.link.do(callDial, n.ref, to, n.link.export(f))
}

func (n theirNetwork) Send(id network.ConnID, payload []byte) error {
	return n.link.call(nil, callSend, n.ref, id, payload)
}

func (n theirNetwork) Close(id network.ConnID) { n.link.do(callClose, n.ref, id) }

func (n theirNetwork) Stop() { n.link.do(callStop, n.ref) }
