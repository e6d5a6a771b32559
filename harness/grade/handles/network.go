package handles

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"time"

	"strata/network"
)

// host is a handle of a host.
type host struct {
	inner func() network.Host
	rand  *rand.Rand   // of a source
	log   *slog.Logger // of a logger
}

// ofHost is the host as a layer has it.
func ofHost(h network.Host) network.Host {
	if h == nil {
		return nil
	}
	return &host{inner: func() network.Host { return h }}
}

func (h *host) Now() time.Time { return h.inner().Now() }

func (h *host) After(d time.Duration, f func()) network.TimerID { return h.inner().After(d, f) }

func (h *host) Cancel(id network.TimerID) { h.inner().Cancel(id) }

func (h *host) Offload(work, done func()) { h.inner().Offload(work, done) }

func (h *host) Rand() *rand.Rand {
	if h.rand == nil {
		h.rand = rand.New(&source{h.inner().Rand().Uint64})
	}
	return h.rand
}

func (h *host) Log() *slog.Logger {
	if h.log == nil {
		to := h.inner().Log().Handler()
		h.log = slog.New(&logger{func() slog.Handler { return to }})
	}
	return h.log
}

func (h *host) Disk() network.Disk { return ofDisk(h.inner().Disk()) }

func (h *host) Identity() network.Identity {
	i := h.inner().Identity()
	return &identity{func() network.Identity { return i }}
}

func (h *host) Listen(at network.Addr, accept func(network.Stream)) (network.Listener, error) {
	l, err := h.inner().Listen(at, func(s network.Stream) { accept(ofStream(s)) })
	if l == nil || err != nil {
		return nil, err
	}
	return &listener{l.Close}, nil
}

func (h *host) Dial(to network.Addr, done func(network.Stream, error)) {
	h.inner().Dial(to, func(s network.Stream, err error) { done(ofStream(s), err) })
}

// source is a handle of a host's random numbers.
type source struct {
	next func() uint64
}

func (s *source) Uint64() uint64 { return s.next() }

// listener is a handle of a listener.
type listener struct {
	close func()
}

func (l *listener) Close() { l.close() }

// stream is a handle of a stream.
type stream struct {
	inner func() network.Stream
}

func ofStream(s network.Stream) network.Stream {
	if s == nil {
		return nil
	}
	return &stream{func() network.Stream { return s }}
}

func (s *stream) Deliver(to network.Receiver) { s.inner().Deliver(to) }

func (s *stream) Write(head, body []byte) { s.inner().Write(head, body) }

func (s *stream) Queued() int { return s.inner().Queued() }

func (s *stream) Remote() network.Addr { return s.inner().Remote() }

func (s *stream) Key() (network.PublicKey, bool) { return s.inner().Key() }

func (s *stream) Close() { s.inner().Close() }

// disk is a handle of a disk.
type disk struct {
	inner func() network.Disk
}

func ofDisk(d network.Disk) network.Disk {
	if d == nil {
		return nil
	}
	return &disk{func() network.Disk { return d }}
}

func (d *disk) Names() []string { return d.inner().Names() }

func (d *disk) Read(name string, offset int64, most int) ([]byte, error) {
	return d.inner().Read(name, offset, most)
}

func (d *disk) Append(name string, data []byte) error { return d.inner().Append(name, data) }

func (d *disk) Truncate(name string, size int64) error { return d.inner().Truncate(name, size) }

func (d *disk) Rename(from, to string) error { return d.inner().Rename(from, to) }

func (d *disk) Remove(name string) error { return d.inner().Remove(name) }

func (d *disk) Sync(name string, done func(error)) { d.inner().Sync(name, done) }

func (d *disk) SyncNames(done func(error)) { d.inner().SyncNames(done) }

// identity is a handle of a node's key.
type identity struct {
	inner func() network.Identity
}

func (i *identity) Key() network.PublicKey { return i.inner().Key() }

func (i *identity) Sign(message []byte) network.Signature { return i.inner().Sign(message) }

// logger is a handle of a logger's handler.
type logger struct {
	inner func() slog.Handler
}

func (l *logger) Enabled(ctx context.Context, level slog.Level) bool {
	return l.inner().Enabled(ctx, level)
}

func (l *logger) Handle(ctx context.Context, r slog.Record) error { return l.inner().Handle(ctx, r) }

func (l *logger) WithAttrs(attrs []slog.Attr) slog.Handler {
	with := l.inner().WithAttrs(attrs)
	return &logger{func() slog.Handler { return with }}
}

func (l *logger) WithGroup(name string) slog.Handler {
	with := l.inner().WithGroup(name)
	return &logger{func() slog.Handler { return with }}
}
