package bitcoin_test

import (
	"crypto/sha256"
	"slices"

	"strata/ledgers/causal"
	"strata/ledgers/causal/swap"
	"strata/network"
	solution "strata/solutions/causal"
)

// page is a ledger of elective 10 that is written by hand: what anybody writes is in the next block.
type page struct {
	genesis causal.Genesis
	updates []causal.Delivered
	blocks  []int // how many updates each has, with those before it
}

// desk is a person's side of it.
type desk struct {
	*swap.Side
	page   *page
	key    network.PublicKey
	state  *causal.State
	read   int // updates that the blocks so far have
	strike func()
}

// sits makes a side of all there is.
func (p *page) sits(key network.PublicKey, strike func()) *desk {
	d := &desk{page: p, key: key, state: p.genesis.State(), strike: strike}
	d.Side = swap.NewSide(key, d)
	for _, u := range p.updates {
		d.Delivered(&causal.Update{Author: u.Author, Body: causal.EncodeOps(u.Ops)})
	}
	for _, n := range p.blocks {
		d.block(n)
	}
	return d
}

// block executes the next block, with which there are n updates.
func (d *desk) block(n int) {
	cut := d.page.updates[d.read:n]
	d.read = n
	outcomes := solution.NewBank().Execute(d.state, cut)
	d.Executed(d.state.Height, outcomes, func(of causal.ElementID) (causal.Op, bool) {
		i := slices.IndexFunc(cut, func(u causal.Delivered) bool { return u.ID == of.Update })
		if i < 0 {
			return causal.Op{}, false
		}
		return cut[i].Ops[of.Index], true
	})
}

// Write is swap.Writer's.
func (d *desk) Write(ops []causal.Op, done func(causal.ID, error)) {
	d.strike()
	p := d.page
	id := causal.ID(sha256.Sum256(append(d.key[:], causal.EncodeOps(ops)...)))
	p.updates = append(p.updates, causal.Delivered{ID: id, Depth: uint64(len(p.updates)), Author: d.key, Ops: ops})
	done(id, nil)
	d.strike()
}
