package bitcoin_test

import (
	"crypto/sha256"
	"encoding/binary"

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

// desk is a person's replica of it.
type desk struct {
	*page
	key    network.PublicKey
	strike func()
}

// sits makes a side of all there is.
func (p *page) sits(key network.PublicKey, strike func()) *swap.Side {
	side := swap.NewSide(p.genesis, key, solution.NewBank(), &desk{p, key, strike})
	for _, u := range p.updates {
		side.Delivered(&causal.Update{Author: u.Author, Body: causal.EncodeOps(u.Ops)})
	}
	for _, n := range p.blocks {
		side.Block(head(n))
	}
	return side
}

// head names a block by how many updates it has.
func head(n int) []causal.ID {
	var id causal.ID
	binary.BigEndian.PutUint64(id[:], uint64(n))
	return []causal.ID{id}
}

// Write is swap.Replica's.
func (d *desk) Write(ops []causal.Op, done func(causal.ID, error)) {
	d.strike()
	id := causal.ID(sha256.Sum256(append(d.key[:], causal.EncodeOps(ops)...)))
	d.updates = append(d.updates, causal.Delivered{ID: id, Depth: uint64(len(d.updates)), Author: d.key, Ops: ops})
	done(id, nil)
	d.strike()
}

// Cut is swap.Replica's.
func (d *desk) Cut(now, before []causal.ID) ([]causal.Delivered, bool) {
	from := uint64(0)
	if before[0] != d.genesis.Root() {
		from = binary.BigEndian.Uint64(before[0][:])
	}
	return d.updates[from:binary.BigEndian.Uint64(now[0][:])], true
}
