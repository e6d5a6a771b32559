package pow

import (
	"crypto/sha256"
	"strconv"

	"strata/chain"
)

// plain is the text of a block whose nonce is counted up in place, and the standard library's
// SHA-256 over the whole of it: what mining is, and what every other path has to agree with.
//
// The text is `number:nonce:rest` and the nonce is decimal, so that its width changes: the number
// and nonce stand against the rest, with room before them to grow into.
//
//	buf:  . . . . 1 7 : 9 9 : 5 d e 4 ...
//	              ^start  ^nonceEnd
type plain struct {
	buf      []byte
	start    int    // the text is buf[start:]
	nonceEnd int    // the nonce ends before the rest, which begins with a colon
	number   uint64 // of the block
	nonce    uint64
}

// maxDigits is the width of the longest uint64.
const maxDigits = 20

// newPlain stands at nonce 0. It copies the rest.
func newPlain(number uint64, rest []byte) *plain {
	room := maxDigits + 1 + maxDigits
	p := &plain{buf: make([]byte, room+len(rest)), nonceEnd: room, number: number}
	copy(p.buf[room:], rest)
	p.set(0)
	return p
}

// set goes to a nonce: it puts it and the number before the rest.
func (p *plain) set(nonce uint64) {
	p.nonce = nonce
	var head [maxDigits + 1 + maxDigits]byte
	b := strconv.AppendUint(head[:0], p.number, 10)
	b = append(b, ':')
	b = strconv.AppendUint(b, p.nonce, 10)
	p.start = p.nonceEnd - len(b)
	copy(p.buf[p.start:], b)
}

// step goes to the next nonce; after the last comes 0.
func (p *plain) step() {
	p.nonce++
	if p.nonce == 0 {
		p.set(0)
		return
	}
	for i := p.nonceEnd - 1; p.buf[i] != ':'; i-- {
		if p.buf[i] < '9' {
			p.buf[i]++
			return
		}
		p.buf[i] = '0'
	}
	p.set(p.nonce) // all were nines: the width changes
}

// text is the text with the nonce as it is now. It changes with the next step.
func (p *plain) text() []byte { return p.buf[p.start:] }

func (p *plain) meets(params chain.Params) bool {
	return params.MeetsDifficulty(sha256.Sum256(p.text()))
}
