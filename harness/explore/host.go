package explore

import (
	"errors"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"time"

	"strata/harness/sim"
	"strata/harness/sim/splitmix"
	"strata/network"
)

// epoch is the time of day at which every run starts.
var epoch = time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC)

// host is one life of a node.
type host struct {
	n      *node
	accept func(network.Stream) // nil: nobody listens
	source splitmix.Source
	rand   *rand.Rand
}

// current says whether the node still lives this life.
func (h *host) current() bool { return h.n.host == h }

// Gone points to whether the node is gone with its world: then nothing of its code runs again. Whoever keeps something for
// the node can free it, sooner than the collector of the runtime would.
func (h *host) Gone() *bool { return h.n.w.gone }

// Now is network.Host's: it depends on the node's own history alone.
func (h *host) Now() time.Time { return epoch.Add(time.Duration(h.n.clock)) }

// After is network.Host's.
func (h *host) After(d time.Duration, f func()) network.TimerID {
	n := h.n
	if !h.current() {
		return math.MaxUint64
	}
	n.last++
	at := n.clock + int64(d)
	if at < n.clock && d > 0 {
		at = never
	}
	n.timers = append(n.timers, &pending{timer{max(at, n.clock), n.last}, f})
	if d <= 0 {
		n.soon = append(n.soon, n.last)
	} else {
		n.trace(sim.TraceEvent{Kind: sim.TraceSet, Timer: uint64(n.last)})
	}
	return network.TimerID(n.last)
}

// Cancel is network.Host's.
func (h *host) Cancel(id network.TimerID) {
	if h.current() && id <= math.MaxUint32 {
		h.n.take(uint32(id))
	}
}

// Rand is network.Host's.
func (h *host) Rand() *rand.Rand {
	if h.rand == nil {
		h.rand = rand.New(&h.source)
	}
	return h.rand
}

// Log is network.Host's: records are dropped unless somebody looks, for most of what runs is never shown.
func (h *host) Log() *slog.Logger {
	if h.n.w.trace == nil {
		return discard
	}
	return slog.New(sim.NewLines(func(line string) { h.n.trace(sim.TraceEvent{Kind: sim.TraceLog, Text: line}) }))
}

var discard = slog.New(slog.DiscardHandler)

// errForeign reports an address where this node cannot listen.
var errForeign = errors.New("an explored node listens at its own address only")

// Listen is network.Host's.
func (h *host) Listen(at network.Addr, accept func(network.Stream)) (network.Listener, error) {
	switch {
	case at.Validate() != nil:
		return nil, at.Validate()
	case at != h.n.addr:
		return nil, fmt.Errorf("explore: %s listens at %s: %w", h.n.addr, at, errForeign)
	case h.accept != nil:
		return nil, fmt.Errorf("explore: %s: %w", at, network.ErrAddrInUse)
	}
	h.accept = accept
	return listener{h}, nil
}

type listener struct{ h *host }

// Close is network.Listener's.
func (l listener) Close() { l.h.accept = nil }

// Dial is network.Host's.
func (h *host) Dial(to network.Addr, done func(network.Stream, error)) {
	if !h.current() {
		return
	}
	if err := to.Validate(); err != nil {
		h.After(0, func() { done(nil, err) })
		return
	}
	n, target := h.n, nowhere
	if peer := h.n.w.at(to); peer != nil {
		target = peer.index
	}
	number := uint32(1)
	for n.stream(dialled(n.index, target, number)) != nil {
		number++
	}
	s := n.add(dialled(n.index, target, number), dialing)
	s.done, s.nowhere = done, to
	s.trace(sim.TraceDial, 0, nil)
	if target != nowhere {
		s.send(item{kind: itemOpen})
	}
}

// Offload is network.Host's: the work is done in place.
func (h *host) Offload(work, done func()) {
	if h.current() {
		work()
		h.After(0, done)
	}
}
