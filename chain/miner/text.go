package miner

import (
	"crypto/sha256"
	"strconv"

	"strata/chain"
)

// puzzle is the text of a block whose nonce is counted up in place. The text is
// `number:nonce:rest` and the nonce is decimal, so that its width changes: the number and nonce
// stand against the rest, with room before them to grow into.
//
//	buf:  . . . . 1 7 : 9 9 : 5 d e 4 ...
//	              ^start  ^nonceEnd
type puzzle struct {
	buf      []byte
	start    int    // the text is buf[start:]
	nonceEnd int    // the nonce ends before this colon
	number   uint64 // of the block
	nonce    uint64
}

// maxDigits is the width of the longest uint64.
const maxDigits = 20

// newPuzzle makes the puzzle of a block, from that nonce on.
func newPuzzle(b chain.Block, nonce uint64) *puzzle {
	b.Nonce = 0
	text := b.Text()
	numberEnd := len(strconv.FormatUint(b.Number, 10))
	rest := text[numberEnd+len(":0"):] // from the colon after the nonce
	room := maxDigits + 1 + maxDigits
	p := &puzzle{buf: make([]byte, room+len(rest)), nonceEnd: room, number: b.Number, nonce: nonce}
	copy(p.buf[room:], rest)
	p.write()
	return p
}

// write puts number and nonce before the rest.
func (p *puzzle) write() {
	var head [maxDigits + 1 + maxDigits]byte
	b := strconv.AppendUint(head[:0], p.number, 10)
	b = append(b, ':')
	b = strconv.AppendUint(b, p.nonce, 10)
	p.start = p.nonceEnd - len(b)
	copy(p.buf[p.start:], b)
}

// step goes to the next nonce; after the last comes 0.
func (p *puzzle) step() {
	p.nonce++
	if p.nonce == 0 {
		p.write()
		return
	}
	for i := p.nonceEnd - 1; p.buf[i] != ':'; i-- {
		if p.buf[i] < '9' {
			p.buf[i]++
			return
		}
		p.buf[i] = '0'
	}
	p.write() // all were nines: the width changes
}

// solve tries that many nonces. After true the puzzle stands at the nonce that solves it.
func (p *puzzle) solve(params chain.Params, tries int) bool {
	for range tries {
		if params.MeetsDifficulty(sha256.Sum256(p.buf[p.start:])) {
			return true
		}
		p.step()
	}
	return false
}
