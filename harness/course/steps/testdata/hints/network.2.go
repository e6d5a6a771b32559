package network

import "strata/network"

func (l *layer) Dial(to network.Addr, done func(network.ConnID, error)) {
	if l.stopped {
		done(0, network.ErrClosed)
		return
	}
	l.lastDial++
	number := l.lastDial
	l.dials[number] = done
	l.host.Dial(to, func(stream network.Stream, err error) {
		if l.dials[number] == nil { // Stop has called it
			if stream != nil {
				stream.Close()
			}
			return
		}
		var id network.ConnID
		if err == nil {
			id = l.open(stream, network.Ours) // its connect event may stop the layer
		}
		if done := l.dials[number]; done != nil {
			delete(l.dials, number)
			done(id, err)
		}
	})
}

func (l *layer) end(c *conn, by network.Side, reason error) {
	if l.conns[c.id] == nil {
		return
	}
	delete(l.conns, c.id)
	c.ended = true
	c.stream.Close()
	l.handler.Disconnected(c.id, by, reason)
}
