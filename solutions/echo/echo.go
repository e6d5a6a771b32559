// Package echo is the reference implementation of layer 0: it answers, and counts. It is finished, and there
// to be broken and repaired.
package echo

import (
	"fmt"

	"strata/messaging"
	"strata/messaging/echo"
	"strata/network"
)

// layer implements echo.Echo, and messaging.Watcher for messaging below.
type layer struct {
	host network.Host
	msg  messaging.Messaging
	said map[network.ConnID]int // of every open connection: how many requests were answered
}

// New makes the layer on messaging.
func New(host network.Host, msg messaging.Messaging) echo.Echo {
	return &layer{host: host, msg: msg, said: make(map[network.ConnID]int)}
}

// Start registers the handler, and starts messaging with this layer as its watcher.
func (l *layer) Start() error {
	if err := l.msg.Handle(echo.Kind, l.answer); err != nil {
		return err
	}
	return l.msg.Start(l)
}

// Say asks the other end of a connection.
func (l *layer) Say(to network.ConnID, text []byte, done func(reply []byte, err error)) {
	l.msg.Request(to, echo.Kind, text, done)
}

// Guests is how many connections there is a count of.
func (l *layer) Guests() int { return len(l.said) }

// Stop stops messaging.
func (l *layer) Stop() { l.msg.Stop() }

// Connected begins the count of a connection.
func (l *layer) Connected(id network.ConnID, _ network.Side) {
	//strata:begin echo.1
	l.said[id] = 0
	//strata:end
}

// Disconnected ends it: nothing is kept of a connection that is gone (ECH-2).
func (l *layer) Disconnected(id network.ConnID, _ network.Side, reason error) {
	//strata:begin echo.1
	l.host.Log().Info("gone", "after", l.said[id], "why", reason)
	delete(l.said, id)
	//strata:end
}

// answer answers a request with its number on this connection, a colon, and what it said (ECH-1).
func (l *layer) answer(from network.ConnID, text []byte) (reply []byte, ok bool) {
	//strata:begin echo.1
	l.said[from]++
	return fmt.Appendf(nil, "%d:%s", l.said[from], text), true
	//strata:end
}
