package wallet_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"strata/mempool"
	"strata/wallet"
)

// sureAt is how deep the people of the model wait before they believe; no reorganisation is as deep.
const sureAt = 4

// purpose is something that is to be paid once. Its amount is its own.
type purpose struct {
	wallet int
	amount uint64
	id     string // of the attempt that may come to pass; "": none
	called bool   // off: somebody cancelled it
}

// world is two nodes of one chain, one of another with the same parameters, and two wallets of one key.
type world struct {
	t        *rapid.T
	a, b, c  *modelNode
	apart    int // blocks since the two nodes lost sight of each other; -1: they have not
	blocks   int
	files    [2]string
	purposes []*purpose
}

func newWorld(t *rapid.T) *world {
	memory := "/dev/shm" // a journal is synced at each step, which takes a disk longer than the test
	if _, err := os.Stat(memory); err != nil {
		memory = ""
	}
	dir, err := os.MkdirTemp(memory, "wallets")
	require.NoError(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	node := func(name string) *modelNode {
		genesis := &modelBlock{name: "genesis"}
		return &modelNode{tip: &modelBlock{name: name, number: 1, parent: genesis}, submitted: map[string]bool{}}
	}
	w := &world{t: t, a: node("main"), b: node("main"), c: node("other"), apart: -1}
	w.b.tip = w.a.tip
	for i := range w.files {
		w.files[i] = filepath.Join(dir, fmt.Sprint(i))
	}
	return w
}

func (w *world) sender(i int, n *modelNode) *wallet.Sender {
	return wallet.NewSender(n, key(1), w.files[i], func() time.Time { return noon })
}

func (w *world) anyNode() *modelNode {
	return rapid.SampledFrom([]*modelNode{w.a, w.a, w.b, w.b, w.c}).Draw(w.t, "node")
}

// faults has the next submission to a node go wrong in some way, or not.
func (w *world) faults(n *modelNode) {
	switch rapid.IntRange(0, 9).Draw(w.t, "fault") {
	case 0:
		n.lost = true
	case 1:
		n.lost, n.drops = true, true
	case 2:
		n.crash = true
	case 3:
		n.crash, n.drops = true, true
	case 4:
		looks := rapid.IntRange(1, 4).Draw(w.t, "looks")
		n.onLook = func() { // the chain moves while the node is asked
			if looks--; looks == 0 {
				n.onLook = nil
				w.mine(n)
			}
		}
	case 5:
		n.away = true
	}
}

// tries runs a command of a wallet, whose process may end within.
func (w *world) tries(n *modelNode, f func() error) (err error) {
	w.faults(n)
	defer func() {
		n.lost, n.drops, n.crash, n.away, n.onLook = false, false, false, false, nil
		if r := recover(); r != nil {
			if _, ok := r.(crashed); !ok {
				panic(r)
			}
			err = errCrash
		}
	}()
	return f()
}

var errCrash = errors.New("the wallet's process ended")

// list is what a wallet has in its journal, as whoever looks at it sees it.
func (w *world) list(i int) map[string]wallet.Payment {
	j, err := wallet.OpenJournal(w.files[i], owner)
	require.NoError(w.t, err)
	all := map[string]wallet.Payment{}
	for _, p := range j.Payments() {
		all[p.ID()] = p
	}
	return all
}

// pay tries to pay for a purpose, and learns what became of it.
func (w *world) pay(p *purpose, n *modelNode) {
	before := w.list(p.wallet)
	var tx mempool.Transaction
	err := w.tries(n, func() (err error) {
		tx, err = w.sender(p.wallet, n).Send(context.Background(), mempool.PublicKey{2}, p.amount)
		return err
	})
	switch {
	case err == nil, errors.Is(err, wallet.ErrUncertain):
		p.id = tx.ID().String()
		require.Contains(w.t, w.list(p.wallet), p.id, "what was sent is in sight")
	case errors.Is(err, errCrash): // whoever starts the wallet again looks at what it had begun
		for id, found := range w.list(p.wallet) {
			if _, old := before[id]; !old && found.Transaction.Amount == p.amount && found.State != wallet.Refused {
				p.id = id
			}
		}
	}
}

// due says whether a purpose has to be paid, as far as its owner can know: not tried yet, or known to have
// failed for good.
func (w *world) due(p *purpose) bool {
	if p.called {
		return false
	}
	if p.id == "" {
		return true
	}
	found, ok := w.list(p.wallet)[p.id]
	require.True(w.t, ok, "%d went out of sight", p.amount)
	return found.State == wallet.Refused || found.State == wallet.Replaced && found.Depth >= sureAt
}

func (w *world) mine(n *modelNode) {
	if n != w.c && w.apart >= 0 {
		if w.apart++; w.apart >= sureAt {
			return
		}
	}
	w.blocks++
	n.mine(fmt.Sprint("block", w.blocks), rapid.Bool().Draw(w.t, "empty"))
	if n != w.c && w.apart < 0 {
		w.a.meet(w.b)
	}
}

// paid counts how often a purpose was paid, on the chain of the two nodes as either sees it, and on the other.
func (w *world) paid(p *purpose) int {
	count := func(n *modelNode) (times int) {
		for b := n.tip; b != nil; b = b.parent {
			for _, tx := range b.txs {
				if tx.Amount == p.amount {
					times++
				}
			}
		}
		return times
	}
	return max(count(w.a), count(w.b)) + count(w.c)
}

func (w *world) actions() map[string]func(*rapid.T) {
	return map[string]func(*rapid.T){
		"a new purpose": func(t *rapid.T) {
			p := &purpose{wallet: rapid.IntRange(0, 1).Draw(t, "wallet"), amount: uint64(len(w.purposes) + 1)}
			w.purposes = append(w.purposes, p)
			w.pay(p, w.anyNode())
		},
		"pay again what failed": func(t *rapid.T) {
			n := w.anyNode()
			for _, p := range w.purposes {
				if w.due(p) {
					w.pay(p, n)
				}
			}
		},
		"look": func(t *rapid.T) {
			n := w.anyNode()
			_ = w.tries(n, func() error { // whatever goes wrong is learnt at the next look
				_, err := w.sender(rapid.IntRange(0, 1).Draw(t, "wallet"), n).Refresh(context.Background())
				return err
			})
		},
		"cancel": func(t *rapid.T) {
			if len(w.purposes) == 0 {
				return
			}
			p, n := rapid.SampledFrom(w.purposes).Draw(t, "purpose"), w.anyNode()
			_ = w.tries(n, func() error { // it may come too late
				_, err := w.sender(p.wallet, n).Cancel(context.Background(), p.id)
				return err
			})
			p.called = true
		},
		"mine":         func(*rapid.T) { w.mine(w.anyNode()) },
		"pool forgets": func(*rapid.T) { w.anyNode().pool = nil },
		"part":         func(*rapid.T) { w.apart = max(w.apart, 0) },
		"meet": func(*rapid.T) {
			w.apart = -1
			w.a.meet(w.b)
		},
		"": func(t *rapid.T) {
			for _, p := range w.purposes {
				require.LessOrEqual(t, w.paid(p), 1, "purpose %d was paid twice", p.amount)
			}
		},
	}
}

// calm has a node's network take everything that can get into a block, while both wallets look on.
func (w *world) calm(n *modelNode) {
	w.apart = -1
	for range 3 * sureAt {
		w.a.meet(w.b)
		for i := range w.files {
			_, err := w.sender(i, n).Refresh(context.Background())
			require.NoError(w.t, err)
		}
		w.blocks++
		n.mine(fmt.Sprint("block", w.blocks), false)
	}
}

// told requires that both wallets say of every payment of the node's chain what became of it.
func (w *world) told(n *modelNode) {
	chain, err := n.Chain(context.Background())
	require.NoError(w.t, err)
	for i := range w.files {
		for id, p := range w.list(i) {
			if p.Chain != chain.ID() {
				continue
			}
			require.Equal(w.t, n.block(p.Transaction.ID()) != nil, p.State == wallet.Confirmed, "%s is %s", id, p.State)
			require.False(w.t, p.State.Open(), "%s is %s in a calm network: %s", id, p.State, p.Note)
		}
	}
}

// Money is never sent twice and never lost from sight, whatever wallets, nodes and the network do: two
// wallets of one key, processes that end within a submission, answers that do not come, blocks that come
// between two questions, reorganisations, pools that forget, nodes that are changed for others, and another
// chain with the same parameters. Whoever believes what the wallet says, once it is four deep, pays once.
func TestMoney_NeverSentTwiceNeverOutOfSight_G7_H2_H3(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		t.Repeat(w.actions())
		for _, n := range []*modelNode{w.a, w.c} {
			w.calm(n)
			w.told(n)
		}
	})
}
