package tcphost

import (
	"context"
	"crypto/ed25519"
	crand "crypto/rand"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"log/slog"
	"math/rand/v2"
	"net"
	"syscall"
	"time"

	"strata/network"
)

const (
	keepAlive   = 30 * time.Second       // between signs of life on an idle stream
	acceptPause = 100 * time.Millisecond // after an accept that failed for want of resources
)

// host implements network.Host. Everything in it is touched on the loop alone.
type host struct {
	loop   *Loop
	rand   *rand.Rand
	log    *slog.Logger
	ctx    context.Context // ends with the host: for dials and pauses
	cancel context.CancelFunc
	closed bool

	listeners map[*listener]struct{}
	streams   map[*stream]struct{}
	timers    map[network.TimerID]*timer
	dials     int

	private   ed25519.PrivateKey // nil: not asked for yet
	security  *security          // nil: streams are plain TCP
	directory *directory         // nil: it has none
	release   func()             // gives the directory back
}

// HostConfig says what a host has besides the loop's. Zero values mean: nothing.
type HostConfig struct {
	Name      network.Addr       // the address of the node, for its log
	Directory string             // where its Disk keeps files; empty: it has none, and everything fails there
	Key       ed25519.PrivateKey // its Identity; nil: a new one

	// Protocol makes all streams TLS 1.3 between ends that prove their keys and name this same
	// protocol by ALPN, `strata/<chain id>`; at most 255 bytes. Empty: plain TCP.
	Protocol string
}

// Host makes a host on this loop that has nothing but a name. Its methods are called on the loop:
// begin with Do.
func (l *Loop) Host(name network.Addr) network.Host {
	return l.host(HostConfig{Name: name})
}

// HostOf makes a host on this loop. Its methods are called on the loop: begin with Do. Errors:
// ErrInUse if another process has the directory; the system's; a Protocol that is too long.
func (l *Loop) HostOf(cfg HostConfig) (network.Host, error) {
	h := l.host(cfg)
	if cfg.Protocol != "" {
		s, err := newSecurity(h.key(), cfg.Protocol)
		if err != nil {
			return nil, err
		}
		h.security = s
	}
	if cfg.Directory != "" {
		d, err := openDirectory(h, cfg.Directory)
		if err != nil {
			return nil, err
		}
		h.directory = d
	}
	return h, nil
}

// host makes a host.
func (l *Loop) host(cfg HostConfig) *host {
	name := cfg.Name
	ctx, cancel := context.WithCancel(context.Background())
	h := &host{
		loop:      l,
		rand:      rand.New(rand.NewChaCha8(l.seed(name))),
		log:       slog.New(l.cfg.Log).With("node", string(name)),
		ctx:       ctx,
		cancel:    cancel,
		listeners: make(map[*listener]struct{}),
		streams:   make(map[*stream]struct{}),
		timers:    make(map[network.TimerID]*timer),
		private:   cfg.Key,
	}
	l.post(call{run: func() { l.hosts[h] = struct{}{} }, drop: func() { h.close(false) }})
	return h
}

// seed is the seed of a host's random numbers.
func (l *Loop) seed(name network.Addr) (seed [32]byte) {
	if l.cfg.Seed == 0 {
		crand.Read(seed[:]) // never fails
		return seed
	}
	hash := fnv.New64a()
	hash.Write([]byte(name))
	binary.BigEndian.PutUint64(seed[:], l.cfg.Seed)
	binary.BigEndian.PutUint64(seed[8:], hash.Sum64())
	return seed
}

// CloseHost ends a host as a crash would: its streams are reset, its listeners and timers are
// gone, no callback of it runs any longer. Called on the loop: in a callback or in Do. Closing
// twice does nothing.
func (l *Loop) CloseHost(h network.Host) { h.(*host).close(true) }

// Usage counts what is open on a host.
type Usage struct {
	Listeners int // listening addresses
	Streams   int // streams that neither side has closed yet
	Dials     int // dials without an answer yet
	Timers    int // timers set and not run
}

// Usage counts what is open on a host. Called on the loop: in a callback or in Do.
func (l *Loop) Usage(h network.Host) Usage {
	own := h.(*host)
	return Usage{Listeners: len(own.listeners), Streams: len(own.streams), Dials: own.dials, Timers: len(own.timers)}
}

// close ends the host; reset says whether its peers see a failure or a good end.
func (h *host) close(reset bool) {
	if h.closed {
		return
	}
	h.closed = true
	h.cancel()
	delete(h.loop.hosts, h)
	for ln := range h.listeners {
		ln.Close()
	}
	for s := range h.streams {
		if reset {
			s.reset()
		} else {
			s.Close()
		}
	}
	for id := range h.timers {
		h.Cancel(id)
	}
	if h.directory != nil {
		h.directory.close()
		h.release()
	}
}

func (h *host) Now() time.Time    { return time.Now() }
func (h *host) Rand() *rand.Rand  { return h.rand }
func (h *host) Log() *slog.Logger { return h.log }

// Disk is network.Host's.
func (h *host) Disk() network.Disk {
	if h.directory == nil {
		return nowhere{h}
	}
	return h.directory
}

// Identity is network.Host's.
func (h *host) Identity() network.Identity { return identity{h.key()} }

// key is the private half.
func (h *host) key() ed25519.PrivateKey {
	if h.private == nil {
		_, h.private, _ = ed25519.GenerateKey(nil) // never fails
	}
	return h.private
}

func (h *host) After(d time.Duration, f func()) network.TimerID { return h.loop.after(h, d, f) }
func (h *host) Cancel(id network.TimerID)                       { h.loop.cancel(h, id) }

// post brings a callback of this host to the loop. If the host has ended by then, or the loop has,
// dropped is called instead.
func (h *host) post(f, dropped func()) {
	run := func() {
		if h.closed {
			dropped()
			return
		}
		f()
	}
	if !h.loop.post(call{run: run, drop: dropped}) {
		dropped()
	}
}

// listener implements network.Listener.
type listener struct {
	host *host
	tcp  *net.TCPListener
}

// Listen accepts streams on a goroutine of its own.
func (h *host) Listen(at network.Addr, accept func(network.Stream)) (network.Listener, error) {
	if err := at.Validate(); err != nil {
		return nil, err
	}
	lc := net.ListenConfig{KeepAlive: keepAlive}
	open, err := lc.Listen(h.ctx, "tcp", string(at))
	if err != nil {
		return nil, fmt.Errorf("tcphost: %w", asHostError(err))
	}
	ln := &listener{host: h, tcp: open.(*net.TCPListener)}
	h.listeners[ln] = struct{}{}
	h.loop.start(func() { ln.run(accept) })
	return ln, nil
}

// run accepts until the listener is closed.
func (ln *listener) run(accept func(network.Stream)) {
	for {
		conn, err := ln.tcp.AcceptTCP()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil { // out of descriptors, or the peer has gone already
			select {
			case <-time.After(acceptPause):
			case <-ln.host.ctx.Done():
			}
			continue
		}
		if ln.host.security == nil {
			ln.bring(newStream(ln.host, conn), accept)
			continue
		}
		ln.host.loop.start(func() { // the far end may take its time
			s, err := ln.host.secured(conn, tls.Server)
			if err != nil {
				ln.host.log.Info("connection refused", "remote", conn.RemoteAddr().String(), "reason", err)
				return
			}
			ln.bring(s, accept)
		})
	}
}

// bring hands a stream to the loop.
func (ln *listener) bring(s *stream, accept func(network.Stream)) {
	ln.host.post(func() {
		if _, open := ln.host.listeners[ln]; !open {
			s.conn.Close()
			return
		}
		ln.host.streams[s] = struct{}{}
		accept(s)
	}, func() { s.conn.Close() })
}

// secured makes a stream of a connection: plain, or after the handshake. With an error the connection
// is closed. Errors: ErrForeign, or what broke off the handshake.
func (h *host) secured(conn *net.TCPConn, side func(net.Conn, *tls.Config) *tls.Conn) (*stream, error) {
	s := newStream(h, conn)
	if h.security == nil {
		return s, nil
	}
	s.sealed = &sealed{TCPConn: conn}
	secure := side(s.sealed, h.security.config)
	ctx, cancel := context.WithTimeout(h.ctx, dialTimeout)
	defer cancel()
	err := secure.HandshakeContext(ctx)
	if err == nil {
		s.key, err = keyOf(secure)
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	s.conn, s.known = secure, true
	s.sealed.collect()
	return s, nil
}

// Close stops listening.
func (ln *listener) Close() {
	delete(ln.host.listeners, ln)
	ln.tcp.Close()
}

// asHostError names the errors that the contract knows; others stay as the system reports them.
func asHostError(err error) error {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("%w: %w", network.ErrAddrInUse, err)
	case errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Errorf("%w: %w", network.ErrRefused, err)
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, syscall.ETIMEDOUT):
		return fmt.Errorf("%w: %w", network.ErrReset, err)
	}
	return err
}
