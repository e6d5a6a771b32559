package boundary

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"strconv"
	"time"

	"strata/network"
)

// farHost is the host of a node, as the layers in a process have it.
type farHost struct {
	link *Link
	ref  int
	rand *rand.Rand
	now  time.Time // as of turn
	turn uint64
	disk int // its number; 0: nobody has asked yet
}

// Now is asked for once in each callback: time stands still within.
func (h *farHost) Now() time.Time {
	if h.turn != h.link.turn {
		h.now, h.turn = time.Unix(0, h.askNow()).UTC(), h.link.turn
	}
	return h.now
}

func (h *farHost) askNow() int64 {
	if h.link.direct != nil {
		return h.link.direct.now(h.ref)
	}
	var text string
	h.link.ask(&text, callNow, h.ref)
	return int64(h.link.number(text))
}

// number reads a decimal of up to 64 bits.
func (l *Link) number(text string) uint64 {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return uint64(n)
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		l.wrongText("a number", text, err)
	}
	return n
}

func (h *farHost) After(d time.Duration, f func()) network.TimerID {
	run := h.link.export(timed(f))
	if h.link.direct != nil {
		return h.link.direct.after(h.ref, d, run)
	}
	var id uint64
	h.link.ask(&id, callAfter, h.ref, decimal(d), run)
	return network.TimerID(id)
}

func (h *farHost) Cancel(id network.TimerID) {
	if h.link.direct != nil {
		h.link.direct.cancel(h.ref, id)
		return
	}
	h.link.do(callCancel, h.ref, id)
}

func (h *farHost) Rand() *rand.Rand {
	if h.rand == nil {
		h.rand = rand.New(farSource{h.link, h.ref})
	}
	return h.rand
}

// farSource draws from the host's own random numbers.
type farSource struct {
	link *Link
	ref  int
}

func (s farSource) Uint64() uint64 {
	if s.link.direct != nil {
		return s.link.direct.rand(s.ref)
	}
	var text string
	s.link.ask(&text, callRand, s.ref)
	return s.link.number(text)
}

func (h *farHost) Log() *slog.Logger { return slog.New(farLogger{host: h}) }

func (h *farHost) Listen(at network.Addr, accept func(network.Stream)) (network.Listener, error) {
	var ref int
	f := h.link.export(function(func(a arguments) any { accept(farStream{h.link, a.ref(0)}); return nil }))
	if err := h.link.call(&ref, callListen, h.ref, at, f); err != nil {
		return nil, err
	}
	return farListener{h.link, ref}, nil
}

func (h *farHost) Dial(to network.Addr, done func(network.Stream, error)) {
	h.link.do(callDial, h.ref, to, h.link.exportOnce(func(a arguments) {
		if a.ref(0) == 0 {
			done(nil, a.err(1))
			return
		}
		done(farStream{h.link, a.ref(0)}, a.err(1))
	}))
}

// Offload does the work at once, as the simulated host does.
func (h *farHost) Offload(work, done func()) {
	work()
	h.link.do(callOffload, h.ref, h.link.export(timed(done)))
}

func (h *farHost) Disk() network.Disk {
	if h.disk == 0 {
		h.link.ask(&h.disk, callDisk, h.ref)
	}
	return farDisk{far{h.link, h.disk}}
}

func (h *farHost) Identity() network.Identity { return farIdentity{h} }

type farListener struct {
	link *Link
	ref  int
}

func (o farListener) Close() { o.link.do(callClose, o.ref) }

type farStream struct {
	link *Link
	ref  int
}

func (s farStream) Deliver(to network.Receiver) {
	s.link.do(callDeliver, s.ref, s.link.export(nearReceiver{to}))
}

func (s farStream) Write(head, body []byte) {
	switch {
	case s.link.direct != nil:
		s.link.direct.write(s.ref, head, body)
	case len(head) == 0:
		s.link.do(callWrite, s.ref, body)
	default:
		s.link.do(callWrite, s.ref, body, head)
	}
}

func (s farStream) Queued() int {
	if s.link.direct != nil {
		return s.link.direct.queued(s.ref)
	}
	return s.askQueued()
}

func (s farStream) askQueued() (n int) { s.link.ask(&n, callQueued, s.ref); return n }

func (s farStream) Remote() (at network.Addr) { s.link.ask(&at, callRemote, s.ref); return at }

func (s farStream) Close() { s.link.do(callClose, s.ref) }

// nearReceiver is a layer's own receiver of a stream.
type nearReceiver struct{ network.Receiver }

func (o nearReceiver) serve(l *Link, method method, a arguments) (any, error) {
	switch method {
	case callReceive:
		o.Receive(a.bytes(0))
	case callEnded:
		o.Ended(a.err(0))
	default:
		return unknown(l, "receiver", method)
	}
	return nil, nil
}

// farLogger sends records to the host.
type farLogger struct {
	host   *farHost
	attrs  []slog.Attr
	prefix string
}

func (o farLogger) Enabled(context.Context, slog.Level) bool { return true }

func (o farLogger) Handle(_ context.Context, r slog.Record) error {
	values := make(map[string]any)
	for _, a := range o.attrs {
		addAttr(values, "", a)
	}
	r.Attrs(func(a slog.Attr) bool { addAttr(values, o.prefix, a); return true })
	o.host.link.do(callLog, o.host.ref, int(r.Level), r.Message, values)
	return nil
}

// addAttr enters an attribute, and those of a group each by itself.
func addAttr(values map[string]any, prefix string, a slog.Attr) {
	switch v := a.Value.Resolve(); v.Kind() {
	case slog.KindGroup:
		if a.Key != "" {
			prefix += a.Key + "."
		}
		for _, inner := range v.Group() {
			addAttr(values, prefix, inner)
		}
	case slog.KindBool, slog.KindInt64, slog.KindUint64, slog.KindFloat64:
		values[prefix+a.Key] = v.Any()
	default:
		values[prefix+a.Key] = v.String()
	}
}

func (o farLogger) WithAttrs(attrs []slog.Attr) slog.Handler {
	with := o
	with.attrs = append([]slog.Attr(nil), o.attrs...)
	for _, a := range attrs {
		a.Key = o.prefix + a.Key
		with.attrs = append(with.attrs, a)
	}
	return with
}

func (o farLogger) WithGroup(name string) slog.Handler {
	with := o
	with.prefix += name + "."
	return with
}
