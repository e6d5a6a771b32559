package api

import (
	"cmp"
	"net/http"
	"slices"
	"sync"
	"time"

	"strata/chain"
	"strata/node/blocktree"
	"strata/node/store"
)

// seen is a block that came in while the server watched.
type seen struct {
	number       uint64
	hash, parent chain.BlockHash
	at           time.Time
}

// recent keeps the last blocks that came in, of the chain or not: the store cannot list side
// branches. It is for any goroutine.
type recent struct {
	mu    sync.Mutex
	ring  []seen
	next  int
	where map[chain.BlockHash]time.Time
}

func newRecent(size int) *recent {
	return &recent{ring: make([]seen, 0, size), where: map[chain.BlockHash]time.Time{}}
}

func (r *recent) add(b seen) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, ok := r.where[b.hash]; ok {
		return
	}
	if len(r.ring) < cap(r.ring) {
		r.ring = append(r.ring, b)
	} else {
		delete(r.where, r.ring[r.next].hash)
		r.ring[r.next] = b
	}
	r.next = (r.next + 1) % cap(r.ring)
	r.where[b.hash] = b.at
}

// received is when a block came in, as the clock counts now; nil if that is not known. A clock that was set meanwhile
// changes no age.
func (r *recent) received(hash chain.BlockHash) *time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return wallTime(r.where[hash])
}

// wallTime is a moment as the clock counts now; nil of the zero time.
func wallTime(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	now := time.Now()
	wall := now.Round(0).Add(-now.Sub(at)).UTC().Truncate(time.Millisecond)
	return &wall
}

// from lists the blocks with that number and higher ones.
func (r *recent) from(number uint64) []seen {
	r.mu.Lock()
	defer r.mu.Unlock()
	var list []seen
	for _, b := range r.ring {
		if b.number >= number {
			list = append(list, b)
		}
	}
	return list
}

type forkJSON struct {
	Number   uint64     `json:"number"`
	Hash     string     `json:"hash"`
	Parent   string     `json:"parent"`
	OnChain  bool       `json:"on_chain"`
	Received *time.Time `json:"received"` // null: before the node started, or long ago
}

type forksJSON struct {
	Tip    string     `json:"tip"`
	Blocks []forkJSON `json:"blocks"`
}

// How many blocks below the tip forks looks.
const (
	aDepth    = 50
	mostDepth = 500
)

// forks lists the blocks near the tip, those of side branches too, the highest first.
func (s *Server) forks(r *http.Request) (int, any, error) {
	q, err := parseQuery(r, "depth")
	if err != nil {
		return 0, nil, err
	}
	depth, err := q.number("depth", aDepth, 1, mostDepth)
	if err != nil {
		return 0, nil, err
	}
	tip, all, onChain, err := s.nearTip(depth)
	if err != nil {
		return 0, nil, err
	}
	list := forksJSON{Tip: tip.String(), Blocks: []forkJSON{}}
	slices.SortFunc(all, func(a, b seen) int {
		return cmp.Or(cmp.Compare(b.number, a.number), slices.Compare(a.hash[:], b.hash[:]))
	})
	for _, b := range all {
		list.Blocks = append(list.Blocks, forkOf(b, onChain[b.hash]))
	}
	return http.StatusOK, list, nil
}

// nearTip gathers what came in lately and the chain's own blocks, from depth below the tip on.
func (s *Server) nearTip(depth uint64) (tip chain.BlockHash, all []seen, onChain map[chain.BlockHash]bool, err error) {
	onChain = map[chain.BlockHash]bool{}
	err = s.backend.Store.View(func(view store.Reader) (err error) {
		var height uint64
		if height, tip, _, err = blocktree.StoredTip(view); err != nil {
			return err
		}
		lowest := height - min(height, depth)
		all = s.recent.from(lowest)
		known := map[chain.BlockHash]bool{}
		for _, b := range all {
			known[b.hash] = true
		}
		var parent chain.BlockHash // of genesis: none
		if lowest > 0 {
			if parent, _, err = blocktree.StoredHashAt(view, lowest-1); err != nil {
				return err
			}
		}
		for number := lowest; number <= height; number++ {
			hash, _, err := blocktree.StoredHashAt(view, number)
			if err != nil {
				return err
			}
			onChain[hash] = true
			if !known[hash] {
				all = append(all, seen{number: number, hash: hash, parent: parent})
			}
			parent = hash
		}
		return nil
	})
	return tip, all, onChain, err
}

func forkOf(b seen, onChain bool) forkJSON {
	return forkJSON{Number: b.number, Hash: b.hash.String(), Parent: b.parent.String(), OnChain: onChain, Received: wallTime(b.at)}
}
