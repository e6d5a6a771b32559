package mempooltest

import (
	"fmt"

	"strata/mempool"
	"strata/scenario"
)

// flood is what two attackers gossip, and what has to become of it.
type flood struct {
	honest   []mempool.Transaction    // replayed many times, and pooled by everyone
	pairs    [][2]mempool.Transaction // in conflict: one of each is pooled
	invalid  []Malleated              // which nobody passes on
	repeated int                      // times that each text is gossiped, under ids of its own
}

// newFlood draws three honest payments, three pairs in conflict, and what a stranger makes of the
// honest ones.
func newFlood(w scenario.World) flood {
	f := flood{repeated: 4}
	for n := range 3 {
		nonce := uint64(w.Rand().IntN(3))
		f.honest = append(f.honest, Pay(n, 5, nonce, 5))
		f.pairs = append(f.pairs, [2]mempool.Transaction{Pay(n, 5, nonce+1, 5), Pay(n, 4, nonce+1, 10)})
	}
	all := Malleate(f.honest[0])
	for range 4 {
		f.invalid = append(f.invalid, all[w.Rand().IntN(len(all))])
	}
	forged := f.honest[1]
	forged.Amount++
	f.invalid = append(f.invalid, Malleated{"with another amount", forged})
	return f
}

// flooded is a street of five: an attacker at each end, who gossips by hand, each text several times
// under ids of its own. Each sends one of every pair in conflict, so that the pools in the middle
// disagree about them, as they may. What is valid and new is pooled by all of them and travels once
// from each side; nothing else gets beyond the attackers' neighbours.
func (s suite) flooded(w scenario.World) {
	addrs, citizens := s.settle(w, street, 5, 0)
	flood, floods := newFlood(w), 0
	// Each text under four ids, in between all the others, from both ends.
	for i, end := range []int{0, 4} {
		w.At(2*sec, addrs[end], "flood", func() {
			floods++
			for range flood.repeated {
				for n, m := range flood.invalid {
					_ = citizens[end].gossip.Broadcast(mempool.KindNewTx, m.Tx.Text())
					_ = citizens[end].gossip.Broadcast(mempool.KindNewTx, flood.honest[n%3].Text())
					_ = citizens[end].gossip.Broadcast(mempool.KindNewTx, flood.pairs[n%3][i].Text())
				}
			}
		})
	}
	// Disagreement is allowed and wanted here: both of a pair have to be tried.
	disagree := w.Sometimes("two pools had different ones of a pair in conflict")
	for i := 1; i < 4; i++ {
		look := func(says scenario.Clause, check func(i int, c *citizen) error) {
			w.Ends(addrs[i], says, func() error {
				if floods < 2 {
					return nil
				}
				return check(i, citizens[i])
			})
		}
		look(mem2Invalid, flood.invalidDied)
		look(mem2Arrives, flood.honestArrived)
		look(mem3Known, flood.replaysDied)
		look(MEM4First, flood.oneOfEach)
	}
	w.AtEnd(MEM4First, func() error {
		disagree(citizens[1].has(flood.pairs[0][0]) && citizens[3].has(flood.pairs[0][1]))
		return nil
	})
}

// has says whether the pool has it, by adding it again. What it had not it may have then.
func (c *citizen) has(tx mempool.Transaction) bool {
	return only(c.pool.Add(tx), mempool.ErrKnown)
}

// invalidDied: only the nodes beside an attacker hear of what is not passed on.
func (f flood) invalidDied(i int, node *citizen) error {
	for _, m := range f.invalid {
		if got := node.heard[string(m.Tx.Text())]; i == 2 && got > 0 {
			return fmt.Errorf("expected a payment %s to get no further than the first node, "+
				"got it to the second %d times", m.What, got)
		}
	}
	return nil
}

// honestArrived: every pool has what is valid and in conflict with nothing.
func (f flood) honestArrived(i int, node *citizen) error {
	for _, tx := range f.honest {
		if !node.has(tx) {
			return fmt.Errorf("expected node %d to have %s, which came in the flood, got it taken when asked", i,
				describe(tx))
		}
	}
	return nil
}

// replaysDied: the node in the middle hears of a payment from each side once, however often it was gossiped.
func (f flood) replaysDied(i int, node *citizen) error {
	for _, tx := range f.honest {
		if got := node.heard[string(tx.Text())]; i == 2 && got > 2 {
			return fmt.Errorf("expected a replayed payment to be passed on once by each of two peers, got it %d times",
				got)
		}
	}
	return nil
}

// oneOfEach: of a pair in conflict a pool has the one that came first, and not the other.
func (f flood) oneOfEach(i int, node *citizen) error {
	for _, pair := range f.pairs {
		if one, other := node.has(pair[0]), node.has(pair[1]); one == other {
			return fmt.Errorf("expected node %d to pool one of two payments with one nonce, the first that came, "+
				"got both=%t or none", i, one)
		}
	}
	return nil
}
