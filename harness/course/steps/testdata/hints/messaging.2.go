package messaging

import (
	"strata/messaging"
	"strata/network"
)

func (l *layer) Request(to network.ConnID, kind messaging.Kind, payload []byte, done func([]byte, error)) {
	if err := kind.Validate(); err != nil {
		done(nil, err)
		return
	}
	if _, open := l.lastID[to]; !open || l.stopped {
		done(nil, network.ErrClosed)
		return
	}
	next := func(id uint32) uint32 {
		if id == l.cfg.MaxID {
			return 1
		}
		return id + 1
	}
	id := next(l.lastID[to])
	for l.outstanding[requestKey{to, id}].done != nil {
		id = next(id)
	}
	l.lastID[to] = id
	if err := l.net.Send(to, messaging.Encode(messaging.TypeRequest, id, kind, payload)); err != nil {
		done(nil, err)
		return
	}
	key := requestKey{to, id}
	l.outstanding[key] = request{done: done, timeout: l.host.After(l.cfg.Timeout, func() { l.expire(key) })}
}

func (l *layer) respond(from network.ConnID, m messaging.Message) {
	key := requestKey{from, m.ID}
	entry, found := l.outstanding[key]
	if !found {
		return
	}
	delete(l.outstanding, key)
	l.host.Cancel(entry.timeout)
	entry.done(m.Payload, nil)
}
