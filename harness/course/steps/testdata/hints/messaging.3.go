package messaging

import (
	"maps"
	"slices"

	"strata/messaging"
	"strata/network"
)

func (l *layer) finish(key requestKey, reply []byte, err error) {
	entry, found := l.outstanding[key]
	if !found {
		return
	}
	delete(l.outstanding, key)
	l.host.Cancel(entry.timeout)
	entry.done(reply, err)
}

func (l *layer) expire(key requestKey) { l.finish(key, nil, messaging.ErrTimeout) }

func (l *layer) abandon(conn network.ConnID) {
	var ids []uint32
	for key := range l.outstanding {
		if key.conn == conn {
			ids = append(ids, key.id)
		}
	}
	slices.Sort(ids)
	for _, id := range ids {
		l.finish(requestKey{conn, id}, nil, network.ErrClosed)
	}
}

func (l *layer) Stop() {
	if l.stopped {
		return
	}
	l.stopped = true
	for _, conn := range slices.Sorted(maps.Keys(l.lastID)) {
		l.abandon(conn)
	}
	l.net.Stop()
}
