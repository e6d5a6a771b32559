package sim

import (
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"strata/harness/sim/splitmix"
	"strata/network"
)

// epoch is the time of day at which every run starts.
var epoch = time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC)

// host is one life of a node: from a boot to the next crash. After that nothing that is done to
// it has any effect, and nothing that it was given is called.
type host struct {
	nd        *node
	listening *listener
	source    source
	rand      *rand.Rand
	log       *slog.Logger
	identity  network.Identity // nil until somebody asks
}

func newHost(nd *node) *host {
	return &host{nd: nd, source: source{nd: nd, key: splitmix.Key(purposeRand, nd.key, uint64(nd.born))}}
}

// Worker is the number, from 0, of the worker that runs a node's callback now: below Config.Workers, and 0 under
// TotalOrder. What is measured is kept by worker and added up at the end. It is another in each callback, and nothing
// that a node does may depend on it. h is a host as boot was given it.
func Worker(h network.Host) int {
	if own, ok := h.(*host); ok {
		return own.nd.worker.number
	}
	return 0
}

// Now is network.Host's.
func (h *host) Now() time.Time { return epoch.Add(time.Duration(h.nd.clock(h.nd.worker.now))) }

// Rand is network.Host's.
func (h *host) Rand() *rand.Rand {
	if h.rand == nil {
		h.rand = rand.New(&h.source)
	}
	return h.rand
}

// Log is network.Host's.
func (h *host) Log() *slog.Logger {
	if h.log == nil {
		h.log = h.nd.logger()
	}
	return h.log
}

// Offload is network.Host's: the work is done in place.
func (h *host) Offload(work, done func()) {
	if h.nd.host != h {
		return
	}
	work()
	h.After(0, done)
}

// listener is a host's listening address.
type listener struct {
	host   *host
	accept func(network.Stream)
}

// errForeign reports an address where this node cannot listen.
var errForeign = errors.New("a simulated node listens at its own address only")

// Listen is network.Host's. A simulated node can listen at its own address and nowhere else.
func (h *host) Listen(at network.Addr, accept func(network.Stream)) (network.Listener, error) {
	if err := at.Validate(); err != nil {
		return nil, err
	}
	own := h.nd.identity()
	if at != own && h.nd.net.byAddr[at] == nil {
		return nil, fmt.Errorf("sim: %s listens at %s: %w", h.nd.addr, at, errForeign)
	}
	if at != own || h.listening != nil {
		return nil, fmt.Errorf("sim: %s listens at %s: %w", h.nd.addr, at, network.ErrAddrInUse)
	}
	l := &listener{host: h, accept: accept}
	h.listening = l
	return l, nil
}

// Close is network.Listener's.
func (l *listener) Close() {
	if l.host.listening == l {
		l.host.listening = nil
	}
}
