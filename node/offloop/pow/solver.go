package pow

import (
	"strconv"
	"sync/atomic"

	"strata/chain"
)

// Solver looks for the nonce of one block. It belongs to one goroutine at a time: several look for
// the same block with a Solver each.
type Solver struct {
	params chain.Params
	plain  *plain
	lanes  *lanes // nil on the path Plain

	stopped atomic.Bool
}

// New makes a solver for the block, whose nonce is of no account. The path has to be one of Paths.
// Nothing of the block is kept.
func New(b chain.Block, params chain.Params, path Path) *Solver {
	b.Nonce = 0
	numberEnd := len(strconv.FormatUint(b.Number, 10))
	return newSolver(b.Number, b.Text()[numberEnd+len(":0"):], params, path)
}

// newSolver is New for a text `number:nonce` + rest.
func newSolver(number uint64, rest []byte, params chain.Params, path Path) *Solver {
	s := &Solver{params: params, plain: newPlain(number, rest)}
	if path != Plain {
		s.lanes = newLanes(number, s.plain.buf[s.plain.nonceEnd:], params, path)
	}
	return s
}

// Solve tries that many nonces, upwards from the first; after the last uint64 comes 0. It ends early
// after Stop and with the first nonce that solves the block, which is the same on all paths. It
// returns how many it tried; if ok, the last of them is the solution.
func (s *Solver) Solve(from uint64, tries int) (tried int, ok bool) {
	if s.lanes == nil || tries < s.lanes.count { // so few are not worth preparing for
		return s.oneByOne(from, tries)
	}
	for tried < tries && !ok && !s.stopped.Load() {
		first := from + uint64(tried)
		piece := int(min(uint64(tries-tried), untilTenThousand(first)))
		search := s.inLanes
		if first < tenThousand {
			search = s.oneByOne
		}
		var n int
		n, ok = search(first, piece)
		tried += n
	}
	return tried, ok
}

// Stop makes a Solve under way end within a handful of hashes, and later ones at once. Any
// goroutine may call it; it is the one thing that is not left to the solver's own.
func (s *Solver) Stop() { s.stopped.Store(true) }

// oneByOne is Solve on the path Plain.
func (s *Solver) oneByOne(from uint64, tries int) (tried int, ok bool) {
	s.plain.set(from)
	for ; tried < tries && !s.stopped.Load(); tried++ {
		if s.plain.meets(s.params) {
			return tried + 1, true
		}
		s.plain.step()
	}
	return tried, false
}

// tenThousand nonces in a row, from a multiple of it on, differ in their last four digits only. The
// first ten thousand do not: they have less than four, or nothing before them.
const tenThousand = 10_000

// untilTenThousand is how many nonces there are from this one to the next multiple, or to the end.
func untilTenThousand(nonce uint64) uint64 {
	n := tenThousand - nonce%tenThousand
	if beyond := nonce + n; beyond < nonce {
		n -= beyond // past the last uint64, where nonce 0 is
	}
	return n
}

// inLanes is Solve for nonces of one ten thousand. The lanes look at the first 8 digits of a hash at
// most: what they find is hashed again, by the standard library.
func (s *Solver) inLanes(from uint64, tries int) (tried int, ok bool) {
	s.lanes.prepare(from / tenThousand)
	first := int(from % tenThousand)
	end := first + tries
	for at := first - first%s.lanes.count; at < end; at += s.lanes.count {
		if s.stopped.Load() {
			return max(0, at-first), false
		}
		for hits, i := s.lanes.hash(at), at; hits != 0; hits, i = hits>>1, i+1 {
			if hits&1 != 0 && first <= i && i < end && s.confirm(from+uint64(i-first)) {
				return i - first + 1, true
			}
		}
	}
	return tries, false
}

func (s *Solver) confirm(nonce uint64) bool {
	s.plain.set(nonce)
	return s.plain.meets(s.params)
}
