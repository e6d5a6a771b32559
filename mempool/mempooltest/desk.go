package mempooltest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"strata/gossip"
	"strata/mempool"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
	"strata/scenario"
)

// notes is a gossip without a network: it notes what is broadcast, and passes on by hand. So a pool is judged by
// what it says to gossip, before there are nodes that could hide or repair it.
type notes struct {
	handlers map[messaging.Kind]gossip.Handler
	sent     []string // kind and payload, with a blank between
	refuses  error    // what Broadcast returns instead of sending; nil: it sends
}

var _ gossip.Gossip = (*notes)(nil)

func (n *notes) Start(p2p.Watcher) error { return nil }
func (n *notes) Stop()                   {}

func (n *notes) Handle(kind messaging.Kind, h gossip.Handler) error {
	if n.handlers[kind] != nil {
		return messaging.ErrDuplicateKind
	}
	n.handlers[kind] = h
	return nil
}

func (n *notes) Broadcast(kind messaging.Kind, payload []byte) error {
	if n.refuses != nil {
		return n.refuses
	}
	n.sent = append(n.sent, string(kind)+" "+string(payload))
	return nil
}

// desk is one pool on notes, in front of which a scenario sits. It is a world, too: a script schedules work by
// do where only the order counts, and by At where the time does.
type desk struct {
	scenario.World
	rand     *rand.Rand
	cfg      mempool.Config
	verifier mempool.Verifier // the stack's
	node     network.Addr
	host     network.Host
	booted   time.Time
	gossip   *notes
	pool     mempool.Mempool
	watcher  mempool.Watcher // nil: nobody
	started  bool
	elapsed  time.Duration // when the last item of work is due
}

// desk makes the Setup of a script, which schedules the work at a desk. The pool is started when
// something is to be received, so that a step can be graded before the others are written.
func (s suite) desk(script func(d *desk)) func(w scenario.World) {
	return func(w scenario.World) {
		d := &desk{World: w, node: w.Addr(0), verifier: s.stack.Verifier,
			rand: rand.New(rand.NewPCG(w.Rand().Uint64(), 5))}
		w.Node(d.node, func(h network.Host) { d.boot(h, s.stack) })
		script(d)
	}
}

// config is what the script has set, with the defaults.
func (d *desk) config() mempool.Config {
	cfg := d.cfg
	cfg.Verifier = d.verifier
	return scenario.Complete(cfg)
}

// boot makes the pool.
func (d *desk) boot(h network.Host, stack mempool.Stack) {
	d.host, d.booted = h, h.Now()
	d.gossip = &notes{handlers: map[messaging.Kind]gossip.Handler{}}
	d.pool = stack.NewMempool(h, d.gossip, d.config())
}

// now is the time since the start, by the clock that the pool sees: that decides what has expired.
func (d *desk) now() time.Duration { return d.host.Now().Sub(d.booted) }

// do schedules one item of work, a millisecond after the one before.
func (d *desk) do(what string, f func()) {
	d.elapsed += time.Millisecond
	d.At(d.elapsed, d.node, what, f)
}

// neighbour is the peer that gossip says payloads came from.
const neighbour network.Addr = "10.9.9.9:4000"

// receives has gossip hand over a payload, and returns whether it is to travel on.
func (d *desk) receives(payload []byte) (pass bool) {
	d.start()
	h := d.gossip.handlers[mempool.KindNewTx]
	// Without a handler nothing of gossip ever comes to the pool.
	if h == nil {
		d.Fail(mem2Arrives, "expected Start to register a handler of gossip kind %s, got none", mempool.KindNewTx)
		return false
	}
	return h(neighbour, slices.Clone(payload))
}

// start starts the pool, unless that is done.
func (d *desk) start() {
	if d.started {
		return
	}
	d.started = true
	if err := d.pool.Start(d.watcher); err != nil {
		d.Fail(scenario.NET10Starts, "expected Start to return nil, got %v", err)
	}
}

// only is scenario.Only with the errors of this layer.
func only(err, want error) bool {
	return scenario.Only(err, want, mempool.ErrMalformed, mempool.ErrBadSignature, mempool.ErrKnown,
		mempool.ErrConflict, mempool.ErrSenderFull)
}

// wants fails the run unless err is one of the wanted errors, or nil if there are none. It returns whether it
// was, so that a row of steps stops at the first that went wrong.
func (d *desk) wants(c scenario.Clause, what string, wanted []error, err error) bool {
	for _, w := range wanted {
		if only(err, w) {
			return true
		}
	}
	if len(wanted) == 0 && err == nil {
		return true
	}
	d.Fail(c, "expected %s to be %s, got %s", what, verdict(wanted...), verdict(err))
	return false
}

// verdict says in words what an error, or one of several, means.
func verdict(errs ...error) string {
	texts := make([]string, 0, len(errs))
	for _, err := range errs {
		if err != nil {
			texts = append(texts, err.Error())
		}
	}
	if len(texts) == 0 {
		return "taken"
	}
	return fmt.Sprintf("refused (%s)", strings.Join(texts, ", or "))
}

// pooled checks that the pool has the transactions, without Transactions, which may not be
// written yet: a second Add is refused as known.
func (d *desk) pooled(c scenario.Clause, txs ...mempool.Transaction) bool {
	for _, tx := range txs {
		if err := d.pool.Add(tx); !only(err, mempool.ErrKnown) {
			// A pool that has it and does not say so breaks another promise than one that has it not.
			if err != nil || d.pool.Add(tx) == nil {
				c = mem3Known
			}
			d.Fail(c, "expected %s to be pooled, so that adding it is refused (%v), got it %s",
				describe(tx), mempool.ErrKnown, verdict(err))
			return false
		}
	}
	return true
}

// lists checks that the pool is these transactions, in this order.
func (d *desk) lists(c scenario.Clause, after string, want []mempool.Transaction) bool {
	if got := d.pool.Transactions(); !slices.Equal(got, want) {
		d.Fail(c, "after %s: expected the pool to be %s, got %s", after, describeAll(want), describeAll(got))
		return false
	}
	return true
}

// sent checks how many broadcasts there have been, and that they were these transactions.
func (d *desk) sent(c scenario.Clause, txs ...mempool.Transaction) bool {
	var want []string
	for _, tx := range txs {
		want = append(want, string(mempool.KindNewTx)+" "+string(tx.Text()))
	}
	if len(want) != len(d.gossip.sent) {
		d.Fail(c, "expected %d broadcasts, got %d", len(want), len(d.gossip.sent))
		return false
	}
	for i := range want {
		if want[i] != d.gossip.sent[i] {
			d.Fail(c, "expected broadcast %d to be %q, got %q%s", i, want[i], d.gossip.sent[i],
				scenario.SideBySide([]byte(want[i]), []byte(d.gossip.sent[i])))
			return false
		}
	}
	return true
}

// describe names a transaction in reports, and its accounts by letters: "A's payment of 5 with nonce 1".
func describe(tx mempool.Transaction) string {
	return fmt.Sprintf("%s's payment of %d with nonce %d", NameOf(tx.Sender), tx.Amount, tx.Nonce)
}

func describeAll(txs []mempool.Transaction) string {
	if len(txs) == 0 {
		return "empty"
	}
	texts := make([]string, len(txs))
	for i, tx := range txs {
		texts[i] = describe(tx)
	}
	return strings.Join(texts, ", ")
}

// forged is a transaction with a wrong signature: another amount or recipient than was signed, or another bit
// in the signature itself.
func (d *desk) forged(tx mempool.Transaction) mempool.Transaction {
	switch d.rand.IntN(3) {
	case 0:
		tx.Amount++
	case 1:
		tx.Recipient = Account(7)
	case 2:
		tx.Signature[d.rand.IntN(60)] ^= 1 << d.rand.IntN(8)
	}
	return tx
}
