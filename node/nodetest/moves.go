package nodetest

import (
	"cmp"
	"errors"
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

// undone has two nodes grow a chain each while they are apart, with a payment in either. When they
// meet, one chain is undone. Its payment has to wait in the pool for a block again, and the payment of
// the other chain must not, for it is in one. Nobody submitted the first payment to the node that loses
// it: it is known from its block alone.
func (s suite) undone(w scenario.World) {
	cluster := s.cluster(w, setup{size: 2}, 0, 1)
	left, right := cluster.members[0], cluster.members[1]
	w.Inject(scenario.Fault{Kind: scenario.Partition, At: 5 * sec, For: 6 * sec, A: []network.Addr{left.addr},
		B: []network.Addr{right.addr}})

	// One payment for each side of the partition.
	lost, won := pay(alice, bob, 0, 10), pay(carol, bob, 0, 20)
	// Both have the money that they pay, on the chain that both nodes know.
	root := next(next(chain.Genesis(), alice), carol)
	a := next(root, dave, lost)
	b := branch(next(root, dave, won), dave, 1)
	left.gives(3*sec, next(chain.Genesis(), alice), root)
	right.submits(4*sec, won)
	// While they are apart: one block here, two there.
	left.gives(7*sec, a)
	right.gives(7*sec, next(root, dave, won), b[0])
	cluster.reorganises(1)
	cluster.reaches(25*sec, frk5Reorganises, b[0])
	// By 18 s: ten seconds after it was undone the node announces it again by itself, and would hide the loss.
	w.By(18*sec, frk5Pool, func() error {
		if left.height != b[0].Number {
			return lazy(func() string {
				return fmt.Sprintf("expected the tip of node 0 to be block %d, got block %d", b[0].Number, left.height)
			})
		}
		// Only once the reorganisation has come.
		pooled := left.Transactions()
		switch {
		case !slices.Contains(pooled, lost):
			return fmt.Errorf("expected the transaction of the undone block to be pooled again, got %d others",
				len(pooled))
		case slices.Contains(pooled, won):
			return errors.New("expected the transaction that is on the chain now to be evicted, got it pooled")
		}
		return nil
	})
}

// transactions submits payments at different nodes, two of them with the nonces of one sender. In the
// end the chain has each of them once, and the recipient their sum.
func (s suite) transactions(w scenario.World) {
	cluster := s.cluster(w, setup{size: 4, hash: 700 * time.Millisecond,
		prepared: []chain.Block{next(chain.Genesis(), alice)}}, 0, 1, 2, 3)
	// The second one cannot be executed before the first, and may come to a miner before it.
	txs := []mempool.Transaction{pay(alice, bob, 0, 10), pay(alice, carol, 1, 20), pay(bob, carol, 0, 5)}
	for i, tx := range txs {
		cluster.members[i].submits(time.Duration(5+i)*sec, tx)
	}
	w.By(50*sec, frk8Takes, func() error {
		if err := cluster.agree(1); err != nil {
			return err
		}
		n := cluster.members[0]
		if got, want := n.Account(account(carol)).Balance, uint64(25); got != want {
			return lazy(func() string {
				return fmt.Sprintf("expected all transactions on the chain, and so the balance %d, got %d", want, got)
			})
		}
		if err := once(n, txs); err != nil {
			return err
		}
		return cluster.audit()
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
			return fmt.Errorf("expected each transaction once on the chain, got nonce %d of %v %d times",
				tx.Nonce, tx.Sender, seen[tx])
		}
	}
	return nil
}

// restart has a node crash twice, upon one branch and after a reorganisation to another. It restarts on
// the tip that it had reported, with the accounts of that block and not of another branch, and a
// reorganisation over blocks that an earlier life stored works like any other.
func (s suite) restart(w scenario.World) {
	cluster := s.cluster(w, setup{size: 2}, 0, 1)
	member := cluster.members[0]
	root := branch(chain.Genesis(), alice, 2)
	side := branch(root[1], bob, 2)
	// Four blocks upon the root, with a payment: higher than the side branch.
	higher := append([]chain.Block{next(root[1], carol, pay(alice, dave, 0, 70))}, branch(root[1], carol, 2)[1:]...)
	higher = append(higher[:1], branch(higher[0], carol, 3)...)
	member.gives(4*sec, root...)
	member.gives(5*sec, side...)
	for _, at := range []time.Duration{7 * sec, 13 * sec} {
		w.Inject(scenario.Fault{Kind: scenario.Crash, At: at, For: 2 * sec, A: []network.Addr{member.addr}})
	}
	member.at(9500*time.Millisecond, "is asked for its accounts", func() {
		if member.Status().Tip != side[1].Hash() {
			w.Fail(frk6Restarts, "expected to restart on block 4 %v, got block %d %v",
				side[1].Hash(), member.Status().Height, member.Status().Tip)
		}
		if err := audit(member.Node); err != nil {
			w.Fail(frk6Restarts, "after the restart: %v", err)
		}
	})
	// The side branch is undone: two blocks that a life before the crash has stored.
	cluster.reorganises(2)
	member.gives(11*sec, higher...) // a reorganisation over blocks that an earlier life stored
	cluster.reaches(30*sec, frk6Restarts, last(higher))
}

// miner watches one miner closely: what it builds on and what it puts in. Whenever somebody else's
// block comes it has to begin again upon that one, and no block of its own may leave out a transaction
// that has waited for more than a second.
func (s suite) miner(w scenario.World) {
	cluster := s.cluster(w, setup{size: 2, hash: 100 * time.Millisecond,
		prepared: []chain.Block{next(chain.Genesis(), alice)}}, 0)
	member := cluster.members[0]
	member.keepsUp(5)
	// A miner that goes on with its old work finds a block of the same number.
	given := map[uint64]bool{} // numbers of somebody else's blocks
	for _, at := range []time.Duration{10100 * time.Millisecond, 16100 * time.Millisecond, 22100 * time.Millisecond,
		30100 * time.Millisecond} {
		member.at(at, "adds somebody else's block", func() {
			tip, _ := member.Block(member.reported)
			given[tip.Number+1] = true
			scenario.Must(member.AddBlock(next(tip.Block, dave)))
		})
	}
	cluster.stranger(1, 0).onHear = func(text []byte) {
		b, err := chain.ParseBlock(text)
		if scenario.Must(err); b.Coinbase == account(member.number) && given[b.Number] {
			w.Fail(frk8Restarts, "expected the miner to start over when block %d came, got another block %d of its own",
				b.Number, b.Number)
		}
	}
	w.AtEnd(frk8Restarts, func() error {
		if member.height < uint64(len(given))+2 {
			return fmt.Errorf("expected mined blocks besides the %d added, got height %d", len(given), member.height)
		}
		return audit(member.Node)
	})
}

// keepsUp submits transactions and checks that no mined block leaves out one that has waited for more
// than a second.
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
		for _, tx := range slices.SortedFunc(maps.Keys(submitted),
			func(a, b mempool.Transaction) int { return cmp.Compare(a.Nonce, b.Nonce) }) {
			if waited := m.w.Now() - submitted[tx]; waited > sec {
				m.w.Fail(frk8Takes, "expected block %d to have the transaction of nonce %d, which has waited for %v, "+
					"got %d others", m.height, tx.Nonce, waited, len(tip.Transactions))
			}
		}
	}
}
