package network

import (
	"maps"
	"slices"

	"strata/network"
)

func (l *layer) Send(id network.ConnID, payload []byte) error {
	c := l.conns[id]
	if c == nil {
		return network.ErrClosed
	}
	if len(payload) > l.cfg.MaxFrame {
		return network.ErrFrameTooBig
	}
	if c.stream.Queued()+network.HeaderSize+len(payload) > l.cfg.MaxQueued {
		l.end(c, network.Ours, network.ErrSlowPeer)
		return network.ErrSlowPeer
	}
	c.stream.Write(network.Header(len(payload)), payload)
	return nil
}

func (l *layer) Close(id network.ConnID) {
	if c := l.conns[id]; c != nil {
		l.end(c, network.Ours, nil)
	}
}

func (l *layer) Stop() {
	if l.stopped {
		return
	}
	l.stopped = true
	if l.listener != nil {
		l.listener.Close()
	}
	for _, id := range slices.Sorted(maps.Keys(l.conns)) {
		l.Close(id)
	}
	for _, number := range slices.Sorted(maps.Keys(l.dials)) {
		done := l.dials[number]
		delete(l.dials, number) // taken out, then called: so it is called once
		done(0, network.ErrClosed)
	}
}
