package run

import (
	"strings"
	"time"

	"strata/chain"
	"strata/gossip"
	"strata/gossip/search"
	"strata/harness/nets/stats"
	"strata/mempool"
	"strata/messaging"
)

// class is what a message is about.
type class int

const (
	blocks class = iota
	transactions
	peering
	searching
	syncing
	others
	classes
)

var classNames = [classes]string{"block", "transaction", "peering", "search", "sync", "other"}

// classOf is what messages of a kind are about.
func classOf(kind messaging.Kind) class {
	text := string(kind)
	bare, gossiped := strings.CutPrefix(text, gossip.KindPrefix)
	switch {
	case gossiped && bare == string(chain.KindNewBlock):
		return blocks
	case gossiped && bare == string(mempool.KindNewTx):
		return transactions
	case strings.HasPrefix(text, "p2p:"):
		return peering
	case strings.HasPrefix(bare, search.KindPrefix) || strings.HasPrefix(text, search.ResponseKindPrefix):
		return searching
	case strings.HasPrefix(text, "sync"):
		return syncing
	}
	return others
}

// mostHops is what hops are counted up to.
const mostHops = 64

// tally is what one worker counts. All of it adds up.
type tally struct {
	found, refused, paid, unpaid int
	messages, bytes              [classes]uint64
	reorgs                       uint64
	depths                       stats.Hist
	undoneFinal                  uint64     // blocks that were undone with so many on top of them
	spread                       stats.Hist // of transactions, in microseconds
	hops                         [mostHops]uint64
	heal                         time.Duration // after the last partition's end, the last node gave up its own blocks
	_                            [64]byte      // keeps tallies off each other's cache lines
}

func newTally() *tally { return &tally{} }

// message counts one that has come, of so many bytes without what frames it.
func (t *tally) message(c class, bytes int) {
	t.messages[c]++
	t.bytes[c] += uint64(bytes)
}

// arrived counts that a block is new at a member.
func (t *tally) arrived(m *member, e *entry, after time.Duration) {
	worker, us := m.worker(), micros(after)
	if e.spread != nil {
		e.spread[worker].Add(us, 1)
	}
	if m.miner != nil {
		power := uint64(m.miner.share * 1e9)
		e.blind[worker] += power * us
		e.heard[worker] += power
	}
}

// undone counts blocks that were final and are undone. Of a reorganisation that undoes n blocks, the lowest had n-1 others
// on top of it.
func (t *tally) undone(finality, depth int) {
	if finality > 0 && depth > finality {
		t.undoneFinal += uint64(depth - finality)
	}
}

// healed notes when a node gives up a block that it got during a partition.
func (t *tally) healed(r *chainRun, now time.Duration, lowest chain.BlockHash) {
	last := time.Duration(0)
	for _, end := range r.heals {
		if end <= now {
			last = max(last, end)
		}
	}
	if e := r.book.find(lowest); last > 0 && e != nil && e.found < last {
		t.heal = max(t.heal, now-last)
	}
}

// add adds another worker's.
func (t *tally) add(o *tally) {
	t.found += o.found
	t.refused += o.refused
	t.paid += o.paid
	t.unpaid += o.unpaid
	for i := range t.messages {
		t.messages[i] += o.messages[i]
		t.bytes[i] += o.bytes[i]
	}
	t.reorgs += o.reorgs
	t.depths.Merge(o.depths)
	t.undoneFinal += o.undoneFinal
	t.spread.Merge(o.spread)
	for i := range t.hops {
		t.hops[i] += o.hops[i]
	}
	t.heal = max(t.heal, o.heal)
}
