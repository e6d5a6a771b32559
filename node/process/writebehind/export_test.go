package writebehind

import "strata/node/store"

// Bounded is a store with room for so many bytes.
func Bounded(below store.Store, onError func(error), most int) *Store {
	return bounded(below, onError, most)
}
