package mempooltest

import (
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

// flooded is a street of five: an attacker at each end, who gossips by hand. Each sends one of every
// pair in conflict, so that the pools in the middle disagree about them, as they may.
func (s suite) flooded(w scenario.World) {
	addrs, citizens := s.settle(w, street, 5, 0)
	f, floods := newFlood(w), 0
	for i, end := range []int{0, 4} {
		w.At(2*sec, addrs[end], "flood", func() {
			floods++
			for range f.repeated {
				for n, m := range f.invalid {
					_ = citizens[end].gossip.Broadcast(mempool.KindNewTx, m.Tx.Text())
					_ = citizens[end].gossip.Broadcast(mempool.KindNewTx, f.honest[n%3].Text())
					_ = citizens[end].gossip.Broadcast(mempool.KindNewTx, f.pairs[n%3][i].Text())
				}
			}
		})
	}
	disagree := w.Sometimes("two pools had different ones of a pair in conflict")
	for i := 1; i < 4; i++ {
		w.At(5*sec, addrs[i], "look at what came", func() {
			if floods == 2 {
				f.look(w, i, citizens[i])
			}
		})
	}
	w.At(5*sec+sec/2, addrs[0], "compare two pools", func() {
		disagree(citizens[1].has(f.pairs[0][0]) && citizens[3].has(f.pairs[0][1]))
	})
}

// has says whether the pool has it, by adding it again. What it had not it may have then.
func (c *citizen) has(tx mempool.Transaction) bool {
	return only(c.pool.Add(tx), mempool.ErrKnown)
}

// look checks one node of the street. Only the nodes beside an attacker hear of what is not passed on.
func (f flood) look(w scenario.World, i int, c *citizen) {
	for _, m := range f.invalid {
		if got := c.heard[string(m.Tx.Text())]; i == 2 && got > 0 {
			w.Fail("MEM-2", "expected a payment %s to get no further than the first node, got it to the second %d times", m.What, got)
		}
	}
	for _, tx := range f.honest {
		if !c.has(tx) {
			w.Fail("MEM-2", "expected node %d to have %s, which came in the flood", i, describe(tx))
		}
		if got := c.heard[string(tx.Text())]; i == 2 && got > 2 {
			w.Fail("MEM-3", "expected a replayed payment to be passed on once by each of two peers, got it %d times", got)
		}
	}
	for _, pair := range f.pairs {
		if one, other := c.has(pair[0]), c.has(pair[1]); one == other {
			w.Fail("MEM-4", "expected node %d to pool one of two payments with one nonce, the first that came, got both=%t or none", i, one)
		}
	}
}
