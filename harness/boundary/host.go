package boundary

import (
	"context"
	"fmt"
	"log/slog"

	"strata/network"
)

// unknown ends the link: the object has no such method.
func unknown(l *Link, what, method string) (any, error) {
	l.fail(fmt.Errorf("%w: a %s has no method %q", ErrProtocol, what, method))
	return nil, nil
}

// host is what the process may touch of the world outside.
type host struct{ network.Host }

func (h host) serve(l *Link, method string, a arguments) (any, error) {
	switch method {
	case "now":
		return decimal(h.Now().UnixNano()), nil
	case "rand":
		return decimal(h.Rand().Uint64()), nil
	case "offload":
		run := a.ref(0)
		h.Offload(func() {}, func() { l.do("run", run) })
		return nil, nil
	case "after":
		run := a.ref(1)
		return h.After(a.duration(0), func() { l.do("run", run) }), nil
	case "cancel":
		h.Cancel(network.TimerID(a.id(0)))
		return nil, nil
	case "log":
		return nil, h.log(a)
	case "listen":
		accept := a.ref(1)
		listening, err := h.Listen(a.addr(0), func(s network.Stream) { l.do("run", accept, l.stream(s)) })
		if err != nil {
			return nil, err
		}
		return l.export(listener{listening}), nil
	case "dial":
		done := a.ref(1)
		h.Dial(a.addr(0), func(s network.Stream, err error) { l.do("run", done, l.stream(s), l.failureOf(err)) })
		return nil, nil
	}
	return unknown(l, "host", method)
}

// log writes a record: a level of package slog as a number, a text, and attributes.
func (h host) log(a arguments) error {
	var level int
	var attrs map[string]any
	a.read(0, &level)
	a.read(2, &attrs)
	var list []any
	for _, key := range sortedKeys(attrs) {
		list = append(list, key, attrs[key])
	}
	h.Log().Log(context.Background(), slog.Level(level), a.text(1), list...)
	return nil
}

type listener struct{ network.Listener }

func (o listener) serve(l *Link, method string, _ arguments) (any, error) {
	if method != "close" {
		return unknown(l, "listener", method)
	}
	o.Close()
	return nil, nil
}

type stream struct{ network.Stream }

// stream is the number of a stream; 0 for nil.
func (l *Link) stream(s network.Stream) int {
	if s == nil {
		return 0
	}
	return l.export(stream{s})
}

func (o stream) serve(l *Link, method string, a arguments) (any, error) {
	switch method {
	case "deliver":
		o.Deliver(receiver{l, a.ref(0)})
		return nil, nil
	case "write":
		var head []byte
		if len(a.values) > 1 {
			head = a.bytes(1)
		}
		o.Write(head, a.bytes(0))
		return nil, nil
	case "queued":
		return o.Queued(), nil
	case "remote":
		return o.Remote(), nil
	case "close":
		o.Close()
		return nil, nil
	}
	return unknown(l, "stream", method)
}

// receiver is an object of the process.
type receiver struct {
	link *Link
	ref  int
}

func (r receiver) Receive(piece []byte) { r.link.do("receive", r.ref, piece) }

func (r receiver) Ended(reason error) { r.link.do("ended", r.ref, r.link.failureOf(reason)) }
