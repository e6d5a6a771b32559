package nodetest

import (
	"fmt"
	"slices"
	"time"

	"strata/chain"
	"strata/chain/blocktree"
	"strata/mempool"
	"strata/network"
	"strata/network/networktest"
)

// undone has two nodes grow a chain each while they are apart.
func (s suite) undone() networktest.Scenario {
	return scenario("undone", "Transactions of blocks that are undone wait for a block again; included ones do not.", 30*sec, func(w networktest.World) {
		c := s.cluster(w, setup{size: 2}, 0, 1)
		left, right := c.members[0], c.members[1]
		w.Inject(networktest.Fault{Kind: networktest.Partition, At: 5 * sec, For: 6 * sec, A: []network.Addr{left.addr}, B: []network.Addr{right.addr}})

		lost, won := pay(alice, bob, 0, 10), pay(carol, bob, 0, 20)
		root := next(next(chain.Genesis(), alice), carol)
		a := next(root, dave, lost)
		b := branch(next(root, dave, won), dave, 1)
		left.gives(3*sec, next(chain.Genesis(), alice), root)
		left.submits(4*sec, lost)
		right.submits(4*sec, won)
		left.gives(7*sec, a)
		right.gives(7*sec, next(root, dave, won), b[0])
		c.endsAt(25*sec, "FRK-5", b[0])
		w.By(25*sec, "FRK-5", func() error {
			pooled := left.Transactions()
			switch {
			case left.reported != b[0].Hash():
				return fmt.Errorf("expected the tip of node 0 to be %v, got %v", b[0].Hash(), left.reported)
			case !slices.Contains(pooled, lost):
				return fmt.Errorf("expected the transaction of the undone block to be pooled again, got %d others", len(pooled))
			case slices.Contains(pooled, won):
				return fmt.Errorf("expected the transaction that is on the chain now to be evicted")
			}
			return nil
		})
	}, "FRK-5", "MEM-6")
}

func (s suite) transactions() networktest.Scenario {
	return scenario("transactions", "Transactions that are submitted anywhere are on the chain once, in the order of their nonces.", 50*sec, func(w networktest.World) {
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
				return fmt.Errorf("expected all transactions on the chain, and so the balance %d, got %d", want, got)
			}
			if err := once(n, txs); err != nil {
				return err
			}
			return c.audit()
		})
	}, "FRK-8", "FRK-5", "MEM-1", "CHN-6")
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

func (s suite) restart() networktest.Scenario {
	return scenario("restart", "A node that crashed restarts on the tip that it had, with the accounts of that block.", 30*sec, func(w networktest.World) {
		c := s.cluster(w, setup{size: 2}, 0, 1)
		m := c.members[0]
		root := branch(chain.Genesis(), alice, 2)
		side := branch(root[1], bob, 2)
		higher := append([]chain.Block{next(root[1], carol, pay(alice, dave, 0, 70))}, branch(root[1], carol, 2)[1:]...)
		higher = append(higher[:1], branch(higher[0], carol, 3)...)
		m.gives(4*sec, root...)
		m.gives(5*sec, side...)
		for _, at := range []time.Duration{7 * sec, 13 * sec} {
			w.Inject(networktest.Fault{Kind: networktest.Crash, At: at, For: 2 * sec, A: []network.Addr{m.addr}})
		}
		m.at(9500*time.Millisecond, "is asked for its accounts", func() {
			if m.Status().Tip != side[1].Hash() {
				w.Fail("FRK-6", "expected to restart on block 4 %v, got block %d %v", side[1].Hash(), m.Status().Height, m.Status().Tip)
			}
			if err := audit(m.Node); err != nil {
				w.Fail("FRK-6", "after the restart: %v", err)
			}
		})
		m.gives(11*sec, higher...) // a reorganisation over blocks that an earlier life stored
		c.endsAt(30*sec, "FRK-6", last(higher))
	}, "FRK-6", "FRK-5")
}

// miner watches one miner closely: what it builds on and what it puts in.
func (s suite) miner() networktest.Scenario {
	return scenario("miner", "A miner works on the newest tip and takes up new transactions within a second.", 40*sec, func(w networktest.World) {
		c := s.cluster(w, setup{size: 1, hash: 100 * time.Millisecond, prepared: []chain.Block{next(chain.Genesis(), alice)}}, 0)
		m := c.members[0]
		submitted := map[mempool.Transaction]time.Duration{}
		for i := range uint64(5) {
			tx, at := pay(alice, bob, i, 1), time.Duration(4+5*i)*sec
			m.at(at, "submits a transaction", func() {
				submitted[tx] = at
				must(m.Submit(tx))
			})
		}
		m.onTip = func(change blocktree.Change) {
			if len(change.Undone) > 0 {
				w.Fail("FRK-8", "expected the miner to build on the tip, it undid block %d", change.Undone[0].Number)
			}
			tip := last(change.Applied)
			if tip.Coinbase != account(m.number) {
				return
			}
			for _, tx := range tip.Transactions {
				delete(submitted, tx)
			}
			for tx, at := range submitted {
				if waited := w.Now() - at; waited > sec {
					w.Fail("FRK-8", "expected block %d to have the transaction of nonce %d, which has waited for %v", m.height, tx.Nonce, waited)
				}
			}
		}
		var own uint64
		for _, at := range []time.Duration{10 * sec, 20 * sec, 30 * sec} {
			m.at(at, "adds somebody else's block", func() {
				tip, _ := m.Block(m.reported)
				own++
				must(m.AddBlock(next(tip, dave)))
			})
		}
		w.By(40*sec, "FRK-8", func() error {
			if w.Now() < 35*sec || m.height < own+2 {
				return fmt.Errorf("expected mined blocks besides the %d added, got height %d", own, m.height)
			}
			if len(submitted) > 0 {
				return fmt.Errorf("expected all transactions on the chain, %d are not", len(submitted))
			}
			return audit(m.Node)
		})
	}, "FRK-8", "CHN-10")
}
