package disk

import (
	"maps"
	"slices"
)

// Crash leaves what is safe, and of what came later any part that network.Disk allows. draw gives
// numbers from 0 to n-1. Syncs under way are over: their done is not called.
func (d *Disk) Crash(draw func(n uint64) uint64) {
	names := maps.Clone(d.safe)
	for _, r := range d.later[:draw(uint64(len(d.later))+1)] {
		delete(names, r.from)
		if r.to != "" {
			names[r.to] = r.file
		}
	}
	d.seen, d.safe, d.later, d.past, d.used = names, maps.Clone(names), nil, 0, 0
	done := map[*file]bool{}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		f := names[name]
		if !done[f] {
			done[f] = true
			f.crash(draw)
		}
		d.used += int64(len(f.seen))
	}
}

// crash decides what is left of a file's bytes.
func (f *file) crash(draw func(n uint64) uint64) {
	left := f.safe
	if f.low >= len(f.safe) || draw(2) == 0 { // it was not cut, or the cut has come to the disk
		low := min(f.low, len(f.safe))
		left = append(slices.Clone(f.safe[:low]), torn(f.seen[low:], low, draw)...)
	}
	*f = file{seen: left, safe: left, low: len(left)}
}

// torn is what is left of bytes that no sync covered, which begin at an offset of their file: they are
// there up to somewhere, and of the sectors before that some may be zero.
func torn(tail []byte, offset int, draw func(n uint64) uint64) []byte {
	var left []byte
	switch draw(4) {
	case 0:
		return nil
	case 1:
		left = slices.Clone(tail)
	default:
		left = slices.Clone(tail[:draw(uint64(len(tail))+1)])
	}
	if draw(3) > 0 {
		return left
	}
	for from := 0; from < len(left); {
		to := min(len(left), from+Sector-(offset+from)%Sector)
		if draw(2) == 0 {
			clear(left[from:to])
		}
		from = to
	}
	return left
}
