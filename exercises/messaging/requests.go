// This file is yours to edit. docs/2-messaging.md is the chapter; `make reset LAYER=messaging` gives a fresh copy.

package messaging

import (
	"strata/messaging"
	"strata/network"
)

// requestKey names an outstanding request. Ids are counted per connection, so that one alone names
// none (MSG-8).
type requestKey struct {
	conn network.ConnID
	id   uint32
}

// request is what is known of an outstanding request.
type request struct {
	done    func(reply []byte, err error)
	timeout network.TimerID
}

// Send sends a regular message, which l.sent encodes: type messaging.TypeRegular, id 0. Errors: that
// of Kind.Validate, and those of network.Send.
func (l *layer) Send(to network.ConnID, kind messaging.Kind, payload []byte) error {
	panic(network.NotWritten("messaging.2")) // 4 lines in our solution
}

// Request sends a request. done runs exactly once, by what finish, expire, abandon or Stop do (MSG-7). If
// the request cannot be sent, done gets the error at once, and nothing of the request is left: that of
// Kind.Validate; network.ErrClosed if the layer has stopped or has no such connection; those of
// network.Send. A send that fails may have closed the connection, before it returns.
//
// The ids of a connection count up, from 1. Past Config.MaxID comes 1 again, and an id that an outstanding
// request of this connection has is skipped (MSG-9).
func (l *layer) Request(to network.ConnID, kind messaging.Kind, payload []byte, done func([]byte, error)) {
	panic(network.NotWritten("messaging.2")) // 15 lines in our solution
}

// respond ends the request that a response answers: one that is outstanding on the connection it
// came from, with its id. Any other response is ignored (MSG-8).
func (l *layer) respond(from network.ConnID, m messaging.Message) {
	panic(network.NotWritten("messaging.2")) // 1 line in our solution
}

// finish ends a request, if it is outstanding: done runs, and nothing of the request is left, its timer
// included (MSG-7). Once is enough, whatever done does: it may ask again, close the connection, or stop
// the layer.
func (l *layer) finish(key requestKey, reply []byte, err error) {
	panic(network.NotWritten("messaging.2")) // 7 lines in our solution
}

// expire ends a request that was not answered in time, with messaging.ErrTimeout.
func (l *layer) expire(key requestKey) {
	panic(network.NotWritten("messaging.3")) // 1 line in our solution
}

// abandon ends the outstanding requests of one connection with network.ErrClosed. Their callbacks may send,
// so that their order can be seen: it must not be the order of a map.
func (l *layer) abandon(conn network.ConnID) {
	panic(network.NotWritten("messaging.3")) // 10 lines in our solution
}

// Stop ends all outstanding requests with network.ErrClosed (MSG-7) and stops the network below. A callback
// may ask again meanwhile: that request ends, too. Stopping twice does nothing.
func (l *layer) Stop() {
	panic(network.NotWritten("messaging.3")) // 8 lines in our solution
}
