package writebehind

import "strata/node/store"

// Bounded is a store with room for so many bytes.
func Bounded(below store.Store, onError func(error), most int) *Store {
	return bounded(below, onError, most)
}

// Held is how many buckets have records that are not on the disk, and watchers that were not told, as far as memory is
// kept for them.
func (s *Store) Held() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	held := len(s.overlay)
	for _, w := range s.watch[:cap(s.watch)] {
		if w.tell != nil {
			held++
		}
	}
	return held
}
