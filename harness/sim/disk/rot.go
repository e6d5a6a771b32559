package disk

import (
	"maps"
	"slices"
)

// Rot turns one bit over that was safe, of any file, and says whether there was one. draw gives numbers from 0
// to n-1. The node sees it, unless it has cut that part off since.
func (d *Disk) Rot(draw func(n uint64) uint64) bool {
	total := 0
	for _, f := range d.safe {
		total += len(f.safe)
	}
	if total == 0 {
		return false
	}
	at := int(draw(uint64(total)))
	for _, name := range slices.Sorted(maps.Keys(d.safe)) {
		f := d.safe[name]
		if at < len(f.safe) {
			f.rot(at, 1<<draw(8))
			return true
		}
		at -= len(f.safe)
	}
	return false
}

// rot turns a bit over wherever the byte is still the one that was safe.
func (f *file) rot(at int, bit byte) {
	flip := func(bytes []byte) []byte {
		bytes = slices.Clone(bytes) // snapshots share what was
		bytes[at] ^= bit
		return bytes
	}
	f.safe = flip(f.safe)
	if at < f.low && at < len(f.seen) {
		f.seen = flip(f.seen)
	}
	for _, s := range f.syncs {
		if at < len(s.bytes) && at < f.low {
			s.bytes = flip(s.bytes)
		}
	}
}
