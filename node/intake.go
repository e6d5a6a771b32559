package node

import (
	"strata/chain"
	"strata/mempool"
	"strata/network"
	"strata/node/blocktree"
)

// Bounds of what waits for its signatures to be verified: what costs a stranger nothing more than
// its proofs of work. Blocks that come while it is full are dropped, and come again through sync or
// search.
const (
	maxWaiting      = 256     // blocks
	maxWaitingBytes = 4 << 20 // of their texts
	maxTogether     = 4096    // transactions verified at once, as long as they are of more than one delivery
)

// intake has the signatures of blocks verified away from the loop, many at once, and then hands the
// blocks over in the order in which they came: a parent stays before its child. The verifier remembers
// what is right, so that nothing but speed depends on this; the executor asks it again.
type intake struct {
	host     network.Host
	verifier mempool.Verifier
	room     func() // waits until the store has room; called away from the loop; nil: it always has
	add      func([]chain.Sealed) ([]blocktree.Added, error)
	settled  func() // after each round

	waiting []delivery
	bytes   int // of the texts that wait or are under way and are bounded
	count   int // of blocks, likewise
	held    map[chain.BlockHash]onItsWay
	busy    bool
	stopped bool
}

// onItsWay is a block that is being verified, and how often it came.
type onItsWay struct {
	block chain.Sealed
	times int
}

// delivery is blocks that came together, and who wants to know what became of them.
type delivery struct {
	blocks []chain.Sealed
	bytes  int // 0: not bounded here
	done   func([]blocktree.Added, error)
}

func newIntake(host network.Host, verifier mempool.Verifier, add func([]chain.Sealed) ([]blocktree.Added, error), settled func()) *intake {
	return &intake{host: host, verifier: verifier, add: add, settled: settled, held: map[chain.BlockHash]onItsWay{}}
}

// holds says whether the block is on its way into the tree.
func (in *intake) holds(hash chain.BlockHash) bool { return in.held[hash].times > 0 }

// text is the text of a block on its way: a node that has passed on a block can also give it.
func (in *intake) text(hash chain.BlockHash) (text []byte, ok bool) {
	if !in.holds(hash) {
		return nil, false
	}
	return in.held[hash].block.Text(), true
}

// idle says whether nothing is on its way.
func (in *intake) idle() bool { return !in.busy && len(in.waiting) == 0 }

// mayWait says whether a block of that many bytes may wait.
func (in *intake) mayWait(bytes int) bool {
	return in.count < maxWaiting && in.bytes+bytes <= maxWaitingBytes
}

// take has the blocks verified and added, and then calls done, unless the intake is stopped. bytes
// is what counts against the bound; 0 if the caller has one of his own.
func (in *intake) take(blocks []chain.Sealed, bytes int, done func([]blocktree.Added, error)) {
	d := delivery{blocks: blocks, bytes: bytes, done: done}
	for _, b := range blocks {
		in.held[b.Hash()] = onItsWay{b, in.held[b.Hash()].times + 1}
	}
	if bytes > 0 {
		in.bytes += bytes
		in.count += len(blocks)
	}
	in.waiting = append(in.waiting, d)
	in.begin()
}

// begin verifies what waits, as one batch.
func (in *intake) begin() {
	if in.busy || in.stopped || len(in.waiting) == 0 {
		return
	}
	var txs []mempool.Transaction
	count := 0
	for _, d := range in.waiting {
		if count > 0 && len(txs) > maxTogether {
			break
		}
		for _, b := range d.blocks {
			txs = append(txs, b.Transactions...)
		}
		count++
	}
	round := in.waiting[:count:count]
	in.waiting = append([]delivery(nil), in.waiting[count:]...)
	in.busy = true
	in.host.Offload(func() {
		if in.room != nil {
			in.room()
		}
		in.verifier.VerifyBatch(txs)
	}, func() { in.end(round) })
}

// end hands over what was verified, within one commit of the store. Meanwhile the next is verified.
func (in *intake) end(round []delivery) {
	if in.stopped {
		return
	}
	in.busy = false
	in.begin()
	var blocks []chain.Sealed
	for _, d := range round {
		blocks = append(blocks, d.blocks...)
	}
	added, err := in.add(blocks)
	for _, d := range round {
		if err != nil {
			d.done(nil, err)
			continue
		}
		d.done(added[:len(d.blocks):len(d.blocks)], nil)
		added = added[len(d.blocks):]
	}
	for _, d := range round { // now that everybody knows what became of them
		in.release(d)
	}
	in.settled()
}

// release forgets a delivery that is in the tree.
func (in *intake) release(d delivery) {
	if in.bytes -= d.bytes; d.bytes > 0 {
		in.count -= len(d.blocks)
	}
	for _, b := range d.blocks {
		hash := b.Hash()
		held := in.held[hash]
		if held.times--; held.times == 0 {
			delete(in.held, hash)
		} else {
			in.held[hash] = held
		}
	}
}

// stop forgets everything; done is no longer called.
func (in *intake) stop() {
	in.stopped = true
	in.waiting, in.held = nil, map[chain.BlockHash]onItsWay{}
}
