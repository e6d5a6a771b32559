package boundary

import (
	"context"
	"fmt"
	"log/slog"

	"strata/network"
)

// unknown ends the link: the object has no such method.
func unknown(l *Link, what string, method method) (any, error) {
	name := method.String()
	if method == unnamed {
		name = l.name
	}
	l.fail(fmt.Errorf("%w: a %s has no method %q", ErrProtocol, what, name))
	return nil, nil
}

// host is what the process may touch of the world outside.
type host struct{ network.Host }

func (h host) serve(l *Link, method method, a arguments) (any, error) {
	switch method {
	case callNow:
		return decimal(h.Now().UnixNano()), nil
	case callRand:
		return decimal(h.Rand().Uint64()), nil
	case callOffload:
		run := a.ref(0)
		h.Offload(func() {}, func() { l.do(callRun, run) })
		return nil, nil
	case callAfter:
		run := a.ref(1)
		return h.After(a.duration(0), func() { l.do(callRun, run) }), nil
	case callCancel:
		h.Cancel(network.TimerID(a.id(0)))
		return nil, nil
	case callLog:
		return nil, h.log(a)
	case callListen:
		accept := a.ref(1)
		listening, err := h.Listen(a.addr(0), func(s network.Stream) { l.do(callRun, accept, l.stream(s)) })
		if err != nil {
			return nil, err
		}
		return l.export(listener{listening}), nil
	case callDial:
		done := a.ref(1)
		h.Dial(a.addr(0), func(s network.Stream, err error) { l.do(callRun, done, l.stream(s), l.failureOf(err)) })
		return nil, nil
	case callDisk:
		return l.export(disk{h.Disk()}), nil
	case callKey:
		return h.Identity().Key().String(), nil
	case callSign:
		signature := h.Identity().Sign(a.bytes(0))
		return signature[:], nil
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

func (o listener) serve(l *Link, method method, _ arguments) (any, error) {
	if method != callClose {
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

func (o stream) serve(l *Link, method method, a arguments) (any, error) {
	switch method {
	case callDeliver:
		o.Deliver(receiver{l, a.ref(0)})
		return nil, nil
	case callWrite:
		var head []byte
		if len(a.values) > 1 {
			head = a.bytes(1)
		}
		o.Write(head, a.bytes(0))
		return nil, nil
	case callQueued:
		return o.Queued(), nil
	case callRemote:
		return o.Remote(), nil
	case callKey:
		return provenKey(o.Stream), nil
	case callClose:
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

func (r receiver) Receive(piece []byte) { r.link.do(callReceive, r.ref, piece) }

func (r receiver) Ended(reason error) { r.link.do(callEnded, r.ref, r.link.failureOf(reason)) }
