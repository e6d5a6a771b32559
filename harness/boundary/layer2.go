package boundary

import (
	"strata/messaging"
	"strata/network"
)

// messagingBelow is a layer 2 of this side.
type messagingBelow struct{ messaging.Messaging }

func (o messagingBelow) serve(l *Link, method method, a arguments) (any, error) {
	switch method {
	case callStart:
		if a.ref(0) == 0 {
			return nil, o.Start(nil)
		}
		return nil, o.Start(networkHandler{l, a.ref(0)})
	case callHandle:
		handle := a.ref(1)
		return nil, o.Handle(messaging.Kind(a.text(0)), func(from network.ConnID, payload []byte) ([]byte, bool) {
			return l.reply(handle, from, payload)
		})
	case callSend:
		return nil, o.Send(a.conn(0), messaging.Kind(a.text(1)), a.bytes(2))
	case callRequest:
		o.Request(a.conn(0), messaging.Kind(a.text(1)), a.bytes(2), l.done(a.ref(3)))
		return nil, nil
	case callStop:
		o.Stop()
		return nil, nil
	}
	return unknown(l, "messaging", method)
}

// reply is what a handler of the process answers: null is no answer.
func (l *Link) reply(handle int, from any, payload []byte) (reply []byte, ok bool) {
	var answer []byte
	l.ask(&answer, callRun, handle, from, payload)
	return answer, answer != nil
}

// done is the callback of a request of the process.
func (l *Link) done(f int) func(reply []byte, err error) {
	return func(reply []byte, err error) { l.do(callRun, f, reply, l.failureOf(err)) }
}

// exportDone is a callback of a request of this side.
func (l *Link) exportDone(done func(reply []byte, err error)) int {
	return l.export(function(func(a arguments) any {
		done(a.bytes(0), a.err(1))
		return nil
	}))
}

// exportHandler is a handler of this side.
func exportHandler(l *Link, handle func(a arguments) (reply []byte, ok bool)) int {
	return l.export(function(func(a arguments) any {
		reply, ok := handle(a)
		if !ok {
			return nil
		}
		if reply == nil {
			reply = []byte{}
		}
		return reply
	}))
}

// connWatcher is whoever watches the connections of a layer 2 of the process.
type connWatcher struct{ messaging.Watcher }

func (o connWatcher) serve(l *Link, method method, a arguments) (any, error) {
	switch method {
	case callConnected:
		o.Connected(a.conn(0), a.side(1))
	case callDisconnected:
		o.Disconnected(a.conn(0), a.side(1), a.err(2))
	default:
		return unknown(l, "listener to connections", method)
	}
	return nil, nil
}

// theirMessaging is a layer 2 of the process.
type theirMessaging struct{ far }

func (m theirMessaging) Start(w messaging.Watcher) error {
	if w == nil {
		return m.link.call(nil, callStart, m.ref, 0)
	}
	return m.link.call(nil, callStart, m.ref, m.link.export(connWatcher{w}))
}

func (m theirMessaging) Handle(kind messaging.Kind, h messaging.Handler) error {
	return m.link.call(nil, callHandle, m.ref, text(kind), exportHandler(m.link, func(a arguments) ([]byte, bool) {
		return h(a.conn(0), a.bytes(1))
	}))
}

func (m theirMessaging) Send(to network.ConnID, kind messaging.Kind, payload []byte) error {
	return m.link.call(nil, callSend, m.ref, to, text(kind), payload)
}

func (m theirMessaging) Request(to network.ConnID, kind messaging.Kind, payload []byte, done func([]byte, error)) {
	m.link.do(callRequest, m.ref, to, text(kind), payload, m.link.exportDone(done))
}

func (m theirMessaging) Stop() { m.link.do(callStop, m.ref) }
