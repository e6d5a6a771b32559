package mempooltest

import (
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"strata/gossip"
	"strata/mempool"
	"strata/messaging"
	"strata/network"
	"strata/scenario"
)

// Alone is a pool by itself, without a network, whose clock stands still until At. It is for tests of one
// pool, such as `strata replay --test` writes. It is used by one goroutine.
type Alone struct {
	mempool.Mempool
	Sent    []string // texts that the pool has broadcast
	Told    []string // what its watcher heard, in words: StartWatched
	Refuses error    // what gossip returns instead of sending; nil: it sends

	host   *stillHost
	gossip *notes
}

// NewAlone makes the pool, at time 0. It panics with a config that cannot be completed.
func NewAlone(newPool mempool.New, cfg mempool.Config) *Alone {
	a := &Alone{host: &stillHost{}, gossip: &notes{handlers: map[messaging.Kind]gossip.Handler{}}}
	a.Mempool = newPool(a.host, alonesGossip{a.gossip, a}, scenario.Complete(cfg))
	return a
}

// At moves the clock to a time after the start, and has the timers run that are due by then.
func (a *Alone) At(t time.Duration) { a.host.until(t) }

// Receives has gossip hand over a payload, and returns whether it is to travel on. A pool that was not
// started hears of nothing.
func (a *Alone) Receives(payload []byte) (pass bool) {
	h := a.gossip.handlers[mempool.KindNewTx]
	return h != nil && h(neighbour, slices.Clone(payload))
}

// StartWatched starts the pool with a watcher that notes in Told what it hears.
func (a *Alone) StartWatched() error { return a.Start(diary{a}) }

// Reasons are those errors of this layer that an error is, or carries.
func Reasons(err error) []error {
	return scenario.Carried(err, mempool.ErrMalformed, mempool.ErrBadSignature, mempool.ErrKnown,
		mempool.ErrConflict, mempool.ErrSenderFull)
}

// alonesGossip notes what is broadcast, unless it refuses.
type alonesGossip struct {
	*notes
	alone *Alone
}

// Broadcast is gossip.Gossip's.
func (g alonesGossip) Broadcast(kind messaging.Kind, payload []byte) error {
	g.refuses = g.alone.Refuses
	err := g.notes.Broadcast(kind, payload)
	if err == nil {
		g.alone.Sent = append(g.alone.Sent, string(payload))
	}
	return err
}

// diary is a watcher that keeps what it is told.
type diary struct{ alone *Alone }

func (d diary) note(words ...string) { d.alone.Told = append(d.alone.Told, strings.Join(words, " ")) }

// TransactionPooled is mempool.Watcher's, as are the following.
func (d diary) TransactionPooled(tx mempool.Transaction) { d.note("pooled", tx.ID().String()) }

func (d diary) TransactionLeft(tx mempool.Transaction) { d.note("left", tx.ID().String()) }

func (d diary) TransactionRefused(_ network.Addr, err error) {
	d.note("refused", verdict(Reasons(err)...))
}

// stillHost is a host that has a clock and timers, and nothing else.
type stillHost struct {
	network.Host // nil: what a pool has no use for panics
	now          time.Duration
	alarms       []alarm
	last         network.TimerID
}

// alarm is a timer that is set.
type alarm struct {
	id  network.TimerID
	due time.Duration
	run func()
}

// Now is network.Host's, as are the following.
func (h *stillHost) Now() time.Time { return time.Unix(0, 0).Add(h.now) }

func (h *stillHost) After(d time.Duration, f func()) network.TimerID {
	h.last++
	h.alarms = append(h.alarms, alarm{h.last, h.now + max(0, d), f})
	return h.last
}

func (h *stillHost) Cancel(id network.TimerID) {
	h.alarms = slices.DeleteFunc(h.alarms, func(a alarm) bool { return a.id == id })
}

func (h *stillHost) Rand() *rand.Rand { return rand.New(rand.NewPCG(1, 1)) }

func (h *stillHost) Log() *slog.Logger { return slog.New(slog.DiscardHandler) }

// mostAlarms is how many timers run before one call: a pool that sets one that is due at once, again and again,
// gets no further.
const mostAlarms = 10_000

// until moves the clock on, timer by timer.
func (h *stillHost) until(t time.Duration) {
	for range mostAlarms {
		next := -1
		for i, a := range h.alarms {
			if a.due <= t && (next < 0 || a.due < h.alarms[next].due) {
				next = i
			}
		}
		if next < 0 {
			break
		}
		a := h.alarms[next]
		h.alarms = slices.Delete(h.alarms, next, next+1)
		h.now = max(h.now, a.due)
		a.run()
	}
	h.now = max(h.now, t)
}
