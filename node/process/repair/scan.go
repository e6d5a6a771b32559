package repair

import (
	"bytes"
	"crypto/sha256"
	"io"

	"strata/chain"
	"strata/mempool"
)

// place is where in the file a block's text is.
type place struct {
	at     int64
	size   int
	number uint64
	parent chain.BlockHash
}

// scanner looks through a file for the texts of blocks.
type scanner struct {
	params chain.Params
	found  map[chain.BlockHash]place
}

const (
	window    = 1 << 20 // bytes that are read at once
	hexHash   = 2 * len(chain.BlockHash{})
	digits    = 20 // of the largest number
	signature = 2 * 64
	before    = digits + 1 + digits + len(chain.BlockHash{}) + 4 // number, nonce, and a record's key and checksum
)

// scan finds all blocks but genesis. It calls progress with how far it is.
func (s *scanner) scan(f io.ReaderAt, size int64, progress func(done int64) error) error {
	overlap := before + s.params.MaxText()
	buf := make([]byte, window+2*overlap)
	for from := int64(0); from < size; from += window {
		start := max(0, from-int64(overlap))
		n, err := f.ReadAt(buf[:min(int64(len(buf)), size-start)], start)
		if err != nil && err != io.EOF {
			return err
		}
		s.window(buf[:n], start, int(from-start), int(from-start)+window)
		if err := progress(min(size, from+window)); err != nil {
			return err
		}
	}
	return nil
}

// window finds the blocks whose anchor, the colon between nonce and parent, lies in buf[from:to].
func (s *scanner) window(buf []byte, at int64, from, to int) {
	for i := from; i < min(to, len(buf)); i++ {
		next := bytes.IndexByte(buf[i:], ':')
		if next < 0 {
			return
		}
		if i += next; i < to && isAnchor(buf[i:]) {
			s.block(buf, at, i)
		}
	}
}

// isAnchor says whether a parent and a coinbase follow.
func isAnchor(b []byte) bool {
	return len(b) >= 2*(1+hexHash) && b[1+hexHash] == ':' && allHex(b[1:1+hexHash]) && allHex(b[2+hexHash:2+2*hexHash])
}

// block takes the text around an anchor. Where it begins and ends is not always clear: what is
// stored before it may happen to be a digit, and its last bytes may be damaged. The one whose hash is
// stored before it is right; otherwise the longest that has proof of work.
func (s *scanner) block(buf []byte, at int64, anchor int) {
	ends := ends(buf, anchor+2+2*hexHash)
	starts := starts(buf, anchor)
	var lucky []int // start, end
	for i := len(ends) - 1; i >= 0; i-- {
		for _, start := range starts {
			text := buf[start:ends[i]]
			hash := chain.BlockHash(sha256.Sum256(text))
			if stored(buf[:start], hash) {
				s.take(text, hash, at+int64(start))
				return
			}
			if lucky == nil && s.params.MeetsDifficulty(hash) {
				lucky = []int{start, ends[i]}
			}
		}
	}
	if lucky != nil {
		text := buf[lucky[0]:lucky[1]]
		s.take(text, sha256.Sum256(text), at+int64(lucky[0]))
	}
}

// stored says whether the hash is the key of the record that follows: right before it, or before its
// checksum.
func stored(b []byte, hash chain.BlockHash) bool {
	return bytes.HasSuffix(b, hash[:]) || len(b) > 4 && bytes.HasSuffix(b[:len(b)-4], hash[:])
}

// starts lists where the text may begin, from the nearest on.
func starts(buf []byte, anchor int) []int {
	i := anchor
	for i > 0 && anchor-i < digits && isDigit(buf[i-1]) {
		i--
	}
	if i == anchor || i == 0 || buf[i-1] != ':' {
		return nil
	}
	var all []int
	for colon, i := i-1, i-1; i > 0 && colon-i < digits && isDigit(buf[i-1]); i-- {
		all = append(all, i-1)
	}
	return all
}

// ends lists where the text may end: after the coinbase, and after each transaction.
func ends(buf []byte, at int) []int {
	all := []int{at}
	for at < len(buf) && buf[at] == ':' {
		limit := min(len(buf), at+1+mempool.MaxText)
		comma := bytes.LastIndexByte(buf[at:limit], ',') // before the signature, which a next transaction may follow
		for comma > 0 && (at+comma+1+signature > len(buf) || !allHex(buf[at+comma+1:at+comma+1+signature])) {
			comma = bytes.LastIndexByte(buf[at:at+comma], ',')
		}
		if comma <= 0 {
			break
		}
		end := at + comma + 1 + signature
		if _, err := mempool.ParseTransaction(buf[at+1 : end]); err != nil {
			break
		}
		at = end
		all = append(all, at)
	}
	return all
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

func allHex(b []byte) bool {
	for _, c := range b {
		if !isDigit(c) && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// take notes a block, unless it is known from another copy, or is none.
func (s *scanner) take(text []byte, hash chain.BlockHash, at int64) {
	if _, known := s.found[hash]; known || !s.params.MeetsDifficulty(hash) || len(text) > s.params.MaxText() {
		return
	}
	b, err := chain.ParseBlock(text)
	if err != nil || b.Number == 0 {
		return
	}
	s.found[hash] = place{at, len(text), b.Number, b.Parent}
}
