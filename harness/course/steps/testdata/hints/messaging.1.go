package messaging

import (
	"strata/messaging"
	"strata/network"
)

func (l *layer) Received(from network.ConnID, b []byte) {
	m, err := messaging.Decode(b)
	if err != nil {
		l.net.Close(from)
		return
	}
	if m.Type == messaging.TypeResponse {
		l.respond(from, m)
		return
	}
	h := l.handlers[messaging.Kind(m.Kind)]
	if h == nil {
		return
	}
	reply, ok := h(from, m.Payload)
	if m.Type == messaging.TypeRequest && ok {
		_ = l.net.Send(from, messaging.Encode(messaging.TypeResponse, m.ID, "", reply))
	}
}

func (l *layer) Handle(kind messaging.Kind, h messaging.Handler) error {
	if err := kind.Validate(); err != nil {
		return err
	}
	if l.handlers[kind] != nil {
		return messaging.ErrDuplicateKind
	}
	l.handlers[kind] = h
	return nil
}
