package mempool_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/gossip"
	"strata/mempool"
	"strata/network"
)

// wrong is a plain pool with one slip of the kind that students make; without one it is right.
type wrong struct {
	slip   string
	host   network.Host
	gossip gossip.Gossip
	cfg    mempool.Config
	txs    []held

	stopped bool
	watcher mempool.Watcher
}

// deaf is a watcher that does not listen.
type deaf struct{}

func (deaf) TransactionPooled(mempool.Transaction)  {}
func (deaf) TransactionLeft(mempool.Transaction)    {}
func (deaf) TransactionRefused(network.Addr, error) {}

type held struct {
	tx    mempool.Transaction
	until time.Time
	timer network.TimerID
}

// slips are all that wrong can do, with the step that has to catch it.
var slips = map[string][]string{
	"mempool.1": {
		"gossip first", "announce does not gossip", "announce does not pool", "add gossips", "any signature", "known is nil",
		"known is conflict", "no conflict", "last wins", "conflict by sender", "no bound", "newcomer refused", "newest goes", "bound off by one",
		"sender unbounded", "sender off by one", "sender counts for ever", "wrong text", "wrong kind",
	},
	"mempool.2": {"never passes", "always passes", "passes what decodes", "broadcasts again", "no handler", "does not pool", "lenient"},
	"mempool.3": {
		"reverse", "by nonce", "aliases", "evicts nothing", "evicts one too many", "evicts the first", "slot stays",
		"never expires", "expires early", "expires late", "duplicates extend", "from the last", "timer stays",
	},
}

func (w *wrong) is(slip string) bool { return w.slip == slip }

func (w *wrong) Start(watcher mempool.Watcher) error {
	if watcher != nil {
		w.watcher = watcher
	}
	if w.is("no handler") {
		return nil
	}
	return w.gossip.Handle(mempool.KindNewTx, func(from network.Addr, payload []byte) bool {
		if w.is("lenient") {
			payload = []byte(strings.TrimSpace(string(payload)))
		}
		tx, err := mempool.ParseTransaction(payload)
		if err != nil || w.is("never passes") {
			w.watcher.TransactionRefused(from, err)
			return w.is("always passes")
		}
		if w.is("does not pool") {
			return true
		}
		if err = w.Add(tx); err != nil {
			w.watcher.TransactionRefused(from, err)
		}
		if err == nil && w.is("broadcasts again") {
			_ = w.gossip.Broadcast(mempool.KindNewTx, payload)
		}
		return err == nil || w.is("always passes") || w.is("passes what decodes")
	})
}

func (w *wrong) Announce(tx mempool.Transaction) error {
	kind, text := mempool.KindNewTx, tx.Text()
	if w.is("wrong kind") {
		kind = "new_tx"
	}
	if w.is("wrong text") {
		text = tx.SigningText()
	}
	if w.is("gossip first") {
		_ = w.gossip.Broadcast(kind, text)
		return w.Add(tx)
	}
	if w.is("announce does not pool") {
		if w.cfg.Verifier.Verify(tx) != nil {
			return mempool.ErrBadSignature
		}
	} else if err := w.Add(tx); err != nil {
		return err
	}
	if w.is("announce does not gossip") {
		return nil
	}
	return w.gossip.Broadcast(kind, text)
}

func (w *wrong) Add(tx mempool.Transaction) error {
	of := 0
	for i, h := range w.txs {
		if h.tx == tx {
			switch w.slip {
			case "known is nil":
				return nil
			case "known is conflict":
				return mempool.ErrConflict
			case "duplicates extend":
				w.host.Cancel(h.timer)
				w.txs[i].until = w.host.Now().Add(w.cfg.KeepFor)
				w.txs[i].timer = w.host.After(w.cfg.KeepFor, w.expire)
			}
			return mempool.ErrKnown
		}
		if h.tx.Sender != tx.Sender {
			continue
		}
		of++
		if h.tx.Nonce != tx.Nonce && !w.is("conflict by sender") || w.is("no conflict") {
			continue
		}
		if w.is("last wins") {
			w.txs[i].tx = tx
			return nil
		}
		return mempool.ErrConflict
	}
	return w.insert(tx, of)
}

func (w *wrong) insert(tx mempool.Transaction, of int) error {
	most := w.cfg.MaxPerSender
	if w.is("sender off by one") {
		most++
	}
	if of >= most && !w.is("sender unbounded") {
		return mempool.ErrSenderFull
	}
	if w.cfg.Verifier.Verify(tx) != nil && !w.is("any signature") {
		return mempool.ErrBadSignature
	}
	room := w.cfg.MaxTxs
	if w.is("bound off by one") {
		room--
	}
	if len(w.txs) >= room && !w.is("no bound") {
		switch w.slip {
		case "newcomer refused":
			return errors.New("full")
		case "newest goes":
			w.txs = w.txs[:len(w.txs)-1]
		default:
			w.host.Cancel(w.txs[0].timer)
			w.watcher.TransactionLeft(w.txs[0].tx)
			w.txs = w.txs[1:]
		}
	}
	keep := w.cfg.KeepFor
	switch w.slip {
	case "expires early":
		keep -= 10 * time.Millisecond
	case "expires late":
		keep += 10 * time.Millisecond
	}
	h := held{tx: tx, until: w.host.Now().Add(keep)}
	if !w.is("never expires") && !w.stopped {
		h.timer = w.host.After(keep, w.expire)
	}
	if w.is("from the last") {
		for i := range w.txs {
			w.txs[i].until = h.until
		}
	}
	w.txs = append(w.txs, h)
	w.watcher.TransactionPooled(tx)
	if w.is("add gossips") {
		_ = w.gossip.Broadcast(mempool.KindNewTx, tx.Text())
	}
	return nil
}

func (w *wrong) expire() {
	w.txs = slices.DeleteFunc(w.txs, func(h held) bool {
		over := !h.until.After(w.host.Now())
		if over {
			w.watcher.TransactionLeft(h.tx)
		}
		return over
	})
}

func (w *wrong) Transactions() []mempool.Transaction {
	var txs []mempool.Transaction
	for _, h := range w.txs {
		txs = append(txs, h.tx)
	}
	switch w.slip {
	case "reverse":
		slices.Reverse(txs)
	case "by nonce":
		slices.SortStableFunc(txs, func(a, b mempool.Transaction) int { return int(a.Nonce) - int(b.Nonce) })
	}
	return txs
}

func (w *wrong) Evict(ids ...mempool.TxID) {
	for _, id := range ids {
		at := slices.IndexFunc(w.txs, func(h held) bool { return h.tx.ID() == id })
		switch {
		case w.is("evicts nothing"):
		case w.is("evicts the first") && len(w.txs) > 0:
			w.txs = w.txs[1:]
		case at >= 0:
			w.host.Cancel(w.txs[at].timer)
			w.watcher.TransactionLeft(w.txs[at].tx)
			w.txs = slices.Delete(w.txs, at, at+1)
			if w.is("evicts one too many") && len(w.txs) > at {
				w.txs = slices.Delete(w.txs, at, at+1)
			}
		}
	}
}

func (w *wrong) Stop() {
	w.stopped = !w.is("timer stays")
	for _, h := range w.txs {
		if !w.is("timer stays") {
			w.host.Cancel(h.timer)
		}
	}
}

// keeping is a pool whose slip is in what it keeps beside the list.
type keeping struct {
	wrong
	list  []mempool.Transaction
	slots map[mempool.PublicKey]map[uint64]bool
	count map[mempool.PublicKey]int
}

func (k *keeping) Transactions() []mempool.Transaction {
	if !k.is("aliases") {
		return k.wrong.Transactions()
	}
	if now := k.wrong.Transactions(); len(now) != len(k.list) {
		k.list = now
	}
	return k.list
}

func (k *keeping) Add(tx mempool.Transaction) error {
	if k.is("slot stays") && k.slots[tx.Sender][tx.Nonce] && k.wrong.Add(tx) == nil {
		k.wrong.Evict(tx.ID())
		return mempool.ErrConflict
	}
	if k.is("sender counts for ever") && k.count[tx.Sender] >= k.cfg.MaxPerSender {
		return mempool.ErrSenderFull
	}
	err := k.wrong.Add(tx)
	if err == nil {
		if k.slots[tx.Sender] == nil {
			k.slots[tx.Sender] = map[uint64]bool{}
		}
		k.slots[tx.Sender][tx.Nonce] = true
		k.count[tx.Sender]++
	}
	return err
}

func wrongPool(slip string) mempool.New {
	return func(h network.Host, g gossip.Gossip, cfg mempool.Config) mempool.Mempool {
		w := wrong{slip: slip, host: h, gossip: g, cfg: cfg, watcher: deaf{}}
		if slices.Contains([]string{"aliases", "slot stays", "sender counts for ever"}, slip) {
			return &keeping{wrong: w, slots: map[mempool.PublicKey]map[uint64]bool{}, count: map[mempool.PublicKey]int{}}
		}
		return &w
	}
}

func TestSuite_CatchesSlips(t *testing.T) {
	_, texts := caught(wrongPool(""), 20)
	require.Empty(t, texts, "without a slip it is right")
	for step, list := range slips {
		for _, slip := range list {
			t.Run(step+"/"+strings.ReplaceAll(slip, " ", "-"), func(t *testing.T) {
				steps, texts := caught(wrongPool(slip), 6)
				require.Contains(t, steps, step)
				for _, text := range texts {
					require.Contains(t, text, "expected", "what was expected, and what came")
					t.Log(text)
				}
			})
		}
	}
}
