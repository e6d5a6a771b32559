// This file is yours to edit. docs/7-leader.md is the chapter; `make reset LAYER=leader` gives a fresh copy.

package leader

import (
	"slices"
	"time"

	"strata/ledgers/leader"
	"strata/network"
)

// pursuit gets the log that a view begins with: from its tip back, parent by parent, down to a block that
// this node's own log has.
type pursuit struct {
	on     bool
	height uint64        // of the block that is looked at
	hash   leader.Hash   // its hash
	suffix []leader.Hash // of the blocks above it, the highest first
	kept   uint64        // what is left of its own log, once suffix is whole
	done   func()
	asked  []network.Addr
	until  time.Time

	rangeUntil time.Time // no committed blocks are asked for before
}

// obtain gets the log that ends at that block and calls done when all of it is here. It is dropped when the
// node enters another view.
func (p *pursuit) obtain(n *node, height uint64, hash leader.Hash, done func()) {
	*p = pursuit{rangeUntil: p.rangeUntil, on: true, height: height, hash: hash, done: done}
	p.walk(n)
}

// drop gives it up.
func (p *pursuit) drop() { *p = pursuit{rangeUntil: p.rangeUntil} }

// walk goes back as far as blocks are here.
func (p *pursuit) walk(n *node) {
	for p.on && n.hashAt(p.height) != p.hash {
		b, err := n.blocks.Get(p.hash)
		switch {
		case err != nil:
			n.fail(err)
			return
		case b == nil:
			p.ask(n)
			return
		case b.Height != p.height || p.height <= n.commit:
			n.fail(errContradiction)
			return
		}
		p.suffix = append(p.suffix, p.hash)
		p.height, p.hash = b.Height-1, b.Parent
	}
	if p.on {
		p.on, p.kept = false, p.height
		if len(p.suffix) == 0 {
			p.kept = max(p.height, n.commit) // what is committed on top of it stays
		}
		slices.Reverse(p.suffix)
		p.done()
	}
}

// ask asks the next peer for the block.
func (p *pursuit) ask(n *node) {
	p.until = n.host.Now().Add(n.cfg.Fallback)
	to, ok := n.nextPeer(p.asked)
	if !ok {
		p.asked = nil
		return
	}
	p.asked = append(p.asked, to)
	hash := p.hash
	n.peers.Request(to, leader.KindFetch, hash[:], func(reply []byte, err error) {
		if !p.on || p.hash != hash || err != nil {
			return
		}
		if b := n.whole(to, reply, hash); b != nil {
			p.asked = nil
			n.store(b)
			p.walk(n)
		}
	})
}

// tick asks another peer if the last has not answered.
func (p *pursuit) tick(n *node, now time.Time) {
	if p.on && !now.Before(p.until) {
		p.ask(n)
	}
}

// replaceLog cuts the log to a height and appends blocks that are in the block store. What falls out waits in
// the pool again.
func (n *node) replaceLog(kept uint64, suffix []leader.Hash) {
	tip, _ := n.tip()
	for height := tip; height > kept; height-- {
		if b, _ := n.blocks.Get(n.hashAt(height)); b != nil {
			n.build.dropped(n, b)
		}
	}
	n.hashes = append(slices.Clone(n.hashes[:kept-n.base]), suffix...)
	for height := kept + 1; height <= kept+uint64(len(suffix)); height++ {
		if b, _ := n.blocks.Get(n.hashAt(height)); b != nil {
			n.build.taken(n, b)
		}
	}
}
