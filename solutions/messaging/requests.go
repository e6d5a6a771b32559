package messaging

import (
	"cmp"
	"maps"
	"slices"

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
	//strata:begin messaging.2
	if err := kind.Validate(); err != nil {
		return err
	}
	return l.net.Send(to, l.sent.encode(kind, payload))
	//strata:end
}

// Request sends a request. done runs exactly once, by what finish, expire, abandon or Stop do (MSG-7). If
// the request cannot be sent, done gets the error at once, and nothing of the request is left: that of
// Kind.Validate; network.ErrClosed if the layer has stopped or has no such connection; those of
// network.Send. A send that fails may have closed the connection, before it returns.
//
// The ids of a connection count up, from 1. Past Config.MaxID comes 1 again, and an id that an outstanding
// request of this connection has is skipped (MSG-9).
func (l *layer) Request(to network.ConnID, kind messaging.Kind, payload []byte, done func([]byte, error)) {
	//strata:begin messaging.2
	if err := kind.Validate(); err != nil {
		done(nil, err)
		return
	}
	if _, open := l.lastID[to]; !open || l.stopped {
		done(nil, network.ErrClosed)
		return
	}
	key := l.newKey(to)
	if err := l.net.Send(to, messaging.Encode(messaging.TypeRequest, key.id, kind, payload)); err != nil {
		done(nil, err)
		return
	}
	// Remembered only now: a send that closes the connection would end the request a second time.
	timeout := l.host.After(l.cfg.Timeout, func() { l.expire(key) })
	l.outstanding[key] = request{done: done, timeout: timeout}
	//strata:end
}

//strata:begin messaging.2

// newKey takes the next free id of an open connection.
func (l *layer) newKey(conn network.ConnID) requestKey {
	key := requestKey{conn: conn, id: l.lastID[conn]}
	for taken := true; taken; _, taken = l.outstanding[key] {
		key.id = key.id%l.cfg.MaxID + 1
	}
	l.lastID[conn] = key.id
	return key
}

//strata:end

// respond ends the request that a response answers: one that is outstanding on the connection it
// came from, with its id. Any other response is ignored (MSG-8).
func (l *layer) respond(from network.ConnID, m messaging.Message) {
	//strata:begin messaging.2
	l.finish(requestKey{conn: from, id: m.ID}, m.Payload, nil)
	//strata:end
}

// finish ends a request, if it is outstanding: done runs, and nothing of the request is left, its timer
// included (MSG-7). Once is enough, whatever done does: it may ask again, close the connection, or stop
// the layer.
func (l *layer) finish(key requestKey, reply []byte, err error) {
	//strata:begin messaging.2
	r, outstanding := l.outstanding[key]
	if !outstanding {
		return
	}
	delete(l.outstanding, key)
	l.host.Cancel(r.timeout)
	r.done(reply, err)
	//strata:end
}

// expire ends a request that was not answered in time, with messaging.ErrTimeout.
func (l *layer) expire(key requestKey) {
	//strata:begin messaging.3
	l.finish(key, nil, messaging.ErrTimeout)
	//strata:end
}

// abandon ends the outstanding requests of one connection with network.ErrClosed. Their callbacks may send,
// so that their order can be seen: it must not be the order of a map.
func (l *layer) abandon(conn network.ConnID) {
	//strata:begin messaging.3
	var keys []requestKey
	for key := range l.outstanding {
		if key.conn == conn {
			keys = append(keys, key)
		}
	}
	slices.SortFunc(keys, func(a, b requestKey) int { return cmp.Compare(a.id, b.id) })
	for _, key := range keys {
		l.finish(key, nil, network.ErrClosed)
	}
	//strata:end
}

// Stop ends all outstanding requests with network.ErrClosed (MSG-7) and stops the network below. A callback
// may ask again meanwhile: that request ends, too. Stopping twice does nothing.
func (l *layer) Stop() {
	//strata:begin messaging.3
	if l.stopped {
		return
	}
	l.stopped = true
	for _, conn := range slices.Sorted(maps.Keys(l.lastID)) {
		l.abandon(conn)
	}
	l.net.Stop()
	//strata:end
}
