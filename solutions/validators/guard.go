package validators

import (
	"errors"
	"fmt"

	"strata/ledgers"
	"strata/ledgers/validators"
)

// guard is what keeps a validator from contradicting itself: all that it signs for the height is on the disk before
// anybody hears of it (VAL-6).
//
// The file has blocks and words. A word comes with where the validator stood: step u8 | locked round + 1 u32, hash |
// valid round + 1 u32, hash | the word. The blocks that these name stand before it.
type guard struct {
	shelf  ledgers.Shelf
	signed map[place]*word
	safe   map[validators.Hash]bool // blocks that are in the file
	last   *word                    // the last one that was signed before the node stopped
	step   validators.Step          // at that time
	mute   bool                     // the disk has no memory of what was signed before
}

// place is where a validator signs one word at most.
type place struct {
	round uint32
	kind  validators.WordKind
}

// fileSigned is the name of the guard's file.
const fileSigned = "signed"

// What is in the guard's file.
const (
	signedBlock = iota + 1
	signedWord
)

// speaks says whether the node may sign for the height: it is one of the validators, and knows what it has signed.
func (n *node) speaks() bool {
	known := !n.guard.mute || n.cfg.SignFrom > 0 && n.height() >= n.cfg.SignFrom
	return known && n.begun && n.set().Index(n.key) >= 0
}

// say votes in the present round; a hash of zeros is nil.
func (n *node) say(kind validators.WordKind, hash validators.Hash) {
	n.sayWord(&word{Kind: kind, Hash: hash, Valid: validators.NoRound})
}

// sayWord says a word in the present round, once it is safe.
func (n *node) sayWord(w *word) {
	if !n.speaks() {
		return
	}
	w.Height, w.Round = n.height(), n.round
	n.sign(w, func(w *word) {
		if n.stopped || w.Height != n.height() {
			return
		}
		n.utter(w)
		n.hear("", w)
		n.advance()
	})
}

// sign signs a word and calls then when it is safe, with the lock that it was said under (LED-9). In a place where a
// word was signed before, then gets that one, whatever w says.
func (n *node) sign(w *word, then func(*word)) {
	//strata:begin validators.4
	at := place{w.Round, w.Kind}
	if old := n.guard.signed[at]; old != nil {
		then(old)
		return
	}
	w.Sign(n.chain, n.host.Identity())
	n.guard.signed[at] = w
	for _, hash := range []validators.Hash{w.Hash, n.locked.hash, n.valid.hash} {
		if err := n.shelveBlock(hash); err != nil {
			n.fail(err)
			return
		}
	}
	if _, err := n.guard.shelf.Add(n.signedRecord(w)); err != nil {
		n.fail(err)
		return
	}
	n.guard.shelf.Sync(func(err error) {
		if err != nil {
			n.fail(err)
			return
		}
		then(w)
	})
	//strata:end
}

// shelveBlock puts a block into the guard's file, if it is here and not there. Errors: the disk's.
func (n *node) shelveBlock(hash validators.Hash) error {
	c := n.blocks[hash]
	if c == nil || c.block == nil || n.guard.safe[hash] {
		return nil
	}
	n.guard.safe[hash] = true
	_, err := n.guard.shelf.Add(append([]byte{signedBlock}, c.block.Encode()...))
	return err
}

// signedRecord is the record of a word, and of where the validator stands.
func (n *node) signedRecord(w *word) []byte {
	b := []byte{signedWord, byte(n.step)}
	for _, m := range []mark{n.locked, n.valid} {
		b = append(append(b, uints32(uint32(m.round+1))...), m.hash[:]...)
	}
	return w.Append(b)
}

// utter gossips an own word; a proposal with its block.
func (n *node) utter(w *word) {
	if w.Kind != validators.Proposal {
		n.spread(w.Kind.Wire(), w.Encode())
		return
	}
	p := validators.Proposed{Word: w}
	if c := n.blocks[w.Hash]; c != nil {
		p.Block = c.block
	}
	n.spread(w.Kind.Wire(), p.Encode())
}

// load reads the guard's file. Errors: ledgers.ErrDamaged, the disk's.
func (g *guard) load(n *node) error {
	g.signed, g.safe = map[place]*word{}, map[validators.Hash]bool{}
	err := g.shelf.Open(n.host.Disk(), fileSigned, func(at int64, body []byte) error {
		if err := g.replay(n, body); err != nil {
			return fmt.Errorf("%w: %s at byte %d: %w", ledgers.ErrDamaged, fileSigned, at, err)
		}
		return nil
	})
	return errors.Join(err, g.shelf.Cut())
}

// replay repeats one record. What is of a height that was decided since means nothing.
func (g *guard) replay(n *node, body []byte) error {
	d := ledgers.NewDecoder(body)
	if kind := d.Uint8(); kind == signedBlock {
		b, err := validators.DecodeBlock(d.Rest())
		if err == nil && b.Height == n.height() {
			n.candidate(b.Hash(n.chain)).block = b
			g.safe[b.Hash(n.chain)] = true
		}
		return err
	}
	step := validators.Step(d.Uint8())
	var marks [2]mark
	for i := range marks {
		marks[i].round = int64(d.Uint32()) - 1
		d.Into(marks[i].hash[:])
	}
	w := validators.ReadWord(d)
	switch err := d.Err(); {
	case err != nil:
		return err
	case w.Height > n.height():
		return fmt.Errorf("a word of height %d, and the newest decided block is %d", w.Height, n.tip.Height)
	case w.Height == n.height():
		g.signed[place{w.Round, w.Kind}] = w
		g.last, g.step = w, step
		n.locked, n.valid = marks[0], marks[1]
	}
	return nil
}

// resume goes on from the round of the last word that was signed, hears and says all that was, and returns the step
// that the validator was in.
func (g *guard) resume(n *node) (step validators.Step) {
	if g.last == nil {
		return validators.StepPropose
	}
	n.round = g.last.Round
	for _, w := range g.words() {
		n.hear("", w)
		n.utter(w)
	}
	return g.step
}

// words are all that was signed, in order.
func (g *guard) words() (all []*word) {
	for number := uint32(0); g.last != nil && number <= g.last.Round; number++ {
		for kind := validators.Proposal; kind <= validators.Precommit; kind++ {
			if w := g.signed[place{number, kind}]; w != nil {
				all = append(all, w)
			}
		}
	}
	return all
}

// clear forgets what was signed, once the height is decided and on the disk. Errors: the disk's.
func (g *guard) clear() error {
	if len(g.signed) == 0 {
		return nil
	}
	g.signed, g.safe, g.last = map[place]*word{}, map[validators.Hash]bool{}, nil
	return g.shelf.Clear()
}
