package nodetest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"strata/chain"
	"strata/mempool"
	"strata/network"
	"strata/node/blocktree"
	"strata/scenario"
)

// undone has two nodes grow a chain each while they are apart.
func (s suite) undone(w scenario.World) {
	c := s.cluster(w, setup{size: 2}, 0, 1)
	left, right := c.members[0], c.members[1]
	w.Inject(scenario.Fault{Kind: scenario.Partition, At: 5 * sec, For: 6 * sec, A: []network.Addr{left.addr}, B: []network.Addr{right.addr}})

	lost, won := pay(alice, bob, 0, 10), pay(carol, bob, 0, 20)
	root := next(next(chain.Genesis(), alice), carol)
	a := next(root, dave, lost)
	b := branch(next(root, dave, won), dave, 1)
	left.gives(3*sec, next(chain.Genesis(), alice), root)
	left.submits(4*sec, lost)
	right.submits(4*sec, won)
	left.gives(7*sec, a)
	right.gives(7*sec, next(root, dave, won), b[0])
	c.reorganises(1)
	c.endsAt(25*sec, "FRK-5", b[0])
	w.By(25*sec, "FRK-5", func() error {
		if left.height != b[0].Number {
			return lazy(func() string {
				return fmt.Sprintf("expected the tip of node 0 to be block %d, got block %d", b[0].Number, left.height)
			})
		}
		pooled := left.Transactions()
		switch {
		case !slices.Contains(pooled, lost):
			return fmt.Errorf("expected the transaction of the undone block to be pooled again, got %d others", len(pooled))
		case slices.Contains(pooled, won):
			return fmt.Errorf("expected the transaction that is on the chain now to be evicted")
		}
		return nil
	})
}

func (s suite) transactions(w scenario.World) {
	c := s.cluster(w, setup{size: 4, hash: 700 * time.Millisecond, prepared: []chain.Block{next(chain.Genesis(), alice)}}, 0, 1, 2, 3)
	txs := []mempool.Transaction{pay(alice, bob, 0, 10), pay(alice, carol, 1, 20), pay(bob, carol, 0, 5)}
	for i, tx := range txs {
		c.members[i].submits(time.Duration(5+i)*sec, tx)
	}
	w.By(50*sec, "FRK-8", func() error {
		if err := c.agree(1); err != nil {
			return err
		}
		n := c.members[0]
		if got, want := n.Account(account(carol)).Balance, uint64(25); got != want {
			return lazy(func() string {
				return fmt.Sprintf("expected all transactions on the chain, and so the balance %d, got %d", want, got)
			})
		}
		if err := once(n, txs); err != nil {
			return err
		}
		return c.audit()
	})
}

// once says whether each transaction is on the chain, and once.
func once(m *member, txs []mempool.Transaction) error {
	seen := map[mempool.Transaction]int{}
	for number := range m.height + 1 {
		b, _ := m.BlockAt(number)
		for _, tx := range b.Transactions {
			seen[tx]++
		}
	}
	for _, tx := range txs {
		if seen[tx] != 1 {
			return fmt.Errorf("expected each transaction once on the chain, nonce %d of %v is there %d times", tx.Nonce, tx.Sender, seen[tx])
		}
	}
	return nil
}

func (s suite) restart(w scenario.World) {
	c := s.cluster(w, setup{size: 2}, 0, 1)
	m := c.members[0]
	root := branch(chain.Genesis(), alice, 2)
	side := branch(root[1], bob, 2)
	higher := append([]chain.Block{next(root[1], carol, pay(alice, dave, 0, 70))}, branch(root[1], carol, 2)[1:]...)
	higher = append(higher[:1], branch(higher[0], carol, 3)...)
	m.gives(4*sec, root...)
	m.gives(5*sec, side...)
	for _, at := range []time.Duration{7 * sec, 13 * sec} {
		w.Inject(scenario.Fault{Kind: scenario.Crash, At: at, For: 2 * sec, A: []network.Addr{m.addr}})
	}
	m.at(9500*time.Millisecond, "is asked for its accounts", func() {
		if m.Status().Tip != side[1].Hash() {
			w.Fail("FRK-6", "expected to restart on block 4 %v, got block %d %v", side[1].Hash(), m.Status().Height, m.Status().Tip)
		}
		if err := audit(m.Node); err != nil {
			w.Fail("FRK-6", "after the restart: %v", err)
		}
	})
	c.reorganises(2)
	m.gives(11*sec, higher...) // a reorganisation over blocks that an earlier life stored
	c.endsAt(30*sec, "FRK-6", last(higher))
}

// miner watches one miner closely: what it builds on and what it puts in.
func (s suite) miner(w scenario.World) {
	c := s.cluster(w, setup{size: 2, hash: 100 * time.Millisecond, prepared: []chain.Block{next(chain.Genesis(), alice)}}, 0)
	m := c.members[0]
	m.keepsUp(5)
	given := map[uint64]bool{} // numbers of somebody else's blocks
	for _, at := range []time.Duration{10100 * time.Millisecond, 16100 * time.Millisecond, 22100 * time.Millisecond, 30100 * time.Millisecond} {
		m.at(at, "adds somebody else's block", func() {
			tip, _ := m.Block(m.reported)
			given[tip.Number+1] = true
			scenario.Must(m.AddBlock(next(tip.Block, dave)))
		})
	}
	c.stranger(1, 0).onHear = func(text []byte) {
		b, err := chain.ParseBlock(text)
		if scenario.Must(err); b.Coinbase == account(m.number) && given[b.Number] {
			w.Fail("FRK-8", "expected the miner to begin anew when block %d came, it mined another block %d", b.Number, b.Number)
		}
	}
	w.By(40*sec, "FRK-8", func() error {
		if w.Now() < 39*sec || m.height < uint64(len(given))+2 {
			return lazy(func() string {
				return fmt.Sprintf("expected mined blocks besides the %d added, got height %d", len(given), m.height)
			})
		}
		return audit(m.Node)
	})
}

// keepsUp submits transactions and checks that no mined block leaves out one that has waited for
// more than a second.
func (m *member) keepsUp(count int) {
	submitted := map[mempool.Transaction]time.Duration{}
	for i := range count {
		tx, at := pay(alice, bob, uint64(i), 1), time.Duration(4+5*i)*sec
		m.at(at, "submits a transaction", func() {
			submitted[tx] = at
			scenario.Must(m.Submit(tx))
		})
	}
	m.onTip = func(change blocktree.Change) {
		tip := last(change.Applied)
		if tip.Coinbase != account(m.number) {
			return
		}
		for _, tx := range tip.Transactions {
			delete(submitted, tx)
		}
		for _, tx := range slices.SortedFunc(maps.Keys(submitted), func(a, b mempool.Transaction) int { return cmp.Compare(a.Nonce, b.Nonce) }) {
			if waited := m.w.Now() - submitted[tx]; waited > sec {
				m.w.Fail("FRK-8", "expected block %d to have the transaction of nonce %d, which has waited for %v", m.height, tx.Nonce, waited)
			}
		}
	}
}
