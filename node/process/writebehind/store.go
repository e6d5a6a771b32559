package writebehind

import (
	"errors"
	"sync"

	"strata/node/store"
)

// maxWaiting bounds the bytes that wait for the disk when somebody asks for Room.
const maxWaiting = 16 << 20

// Store is a store.Store before another one.
type Store struct {
	below store.Store
	most  int // bytes that may wait

	mu      sync.RWMutex // its readers are transactions of the loop: what they see stays while they last
	overlay map[store.Bucket]map[string]entry
	bytes   int // of the batches that wait or are under way
	waiting []*batch
	last    uint64 // number of the last batch
	durable uint64 // number of the last one on the disk
	failed  error  // of the disk; what comes after it is not kept
	closing bool
	watch   []watcher  // by number
	changed *sync.Cond // on mu: a batch came, or is on the disk, or Close was called

	ended   chan struct{} // closed when the writer has ended
	onError func(error)
}

// entry is a record as the last Update left it.
type entry struct {
	value    []byte // nil: deleted
	old      []byte // what the Update found there, nil: nothing
	lookedUp bool   // or else old is not known
	number   uint64 // of the batch that wrote it
}

// batch is what one Update wrote. If none waits when it comes, the disk may take it by itself, and what can be done
// before is done on the loop's side. Otherwise a commit takes many, which share the wait for the disk, and the loop is
// what should not be kept.
type batch struct {
	number  uint64
	alone   bool
	writes  map[store.Bucket]map[string]entry
	records []record // the same in the order of their keys, if it came alone
	bytes   int
}

// record is an entry with its place.
type record struct {
	bucket store.Bucket
	key    []byte
	entry
}

// watcher is somebody who wants to know that a batch is on the disk.
type watcher struct {
	number uint64
	tell   func(error)
}

// New makes a store before another, which it closes. onError is called, once, on the writer's goroutine, with what the
// disk reports.
func New(below store.Store, onError func(error)) *Store { return bounded(below, onError, maxWaiting) }

func bounded(below store.Store, onError func(error), most int) *Store {
	s := &Store{below: below, most: most, overlay: map[store.Bucket]map[string]entry{}, ended: make(chan struct{}), onError: onError}
	s.changed = sync.NewCond(&s.mu)
	go s.write()
	return s
}

// View runs f on what the loop has written.
func (s *Store) View(f func(store.Reader) error) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.below.View(func(r store.Reader) error { return f(reader{below: r, store: s}) })
}

// Update runs f and keeps what it wrote: in memory when Update returns, and soon on the disk. Errors: f's own; those of
// the store's View; what the disk reported of an earlier one.
func (s *Store) Update(f func(store.Writer) error) error {
	b := &batch{writes: map[store.Bucket]map[string]entry{}}
	err := s.View(func(r store.Reader) error {
		if s.failed != nil {
			return s.failed
		}
		b.alone = len(s.waiting) == 0
		return f(writer{reader: reader{below: r.(reader).below, store: s, own: b}})
	})
	if err != nil || len(b.writes) == 0 {
		return err
	}
	if b.alone {
		b.records = sorted(b.writes)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.bytes > 2*s.most && s.failed == nil {
		s.changed.Wait()
	}
	s.last++
	b.number = s.last
	for bucket, entries := range b.writes {
		for key, e := range entries {
			e.number = b.number
			put(s.overlay, bucket, key, e)
		}
	}
	s.bytes += b.bytes
	s.waiting = append(s.waiting, b)
	s.changed.Broadcast()
	return nil
}

func put(to map[store.Bucket]map[string]entry, bucket store.Bucket, key string, e entry) {
	if to[bucket] == nil {
		to[bucket] = map[string]entry{}
	}
	to[bucket][key] = e
}

// Last is the number of the last Update so far. It is called on the loop.
func (s *Store) Last() uint64 {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.last
}

// After calls tell once the Update of that number is on the disk, or with why it is not: at once, or on the writer's
// goroutine, in the order of the numbers. tell does not call the store.
func (s *Store) After(number uint64, tell func(error)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failed != nil || number <= s.durable {
		tell(s.reason(number))
		return
	}
	s.watch = append(s.watch, watcher{number, tell})
}

// reason is why the Update of that number is not on the disk; nil: it is. The lock is held.
func (s *Store) reason(number uint64) error {
	if number <= s.durable {
		return nil
	}
	return s.failed
}

// Wait waits until the Update of that number is on the disk. Error: why it is not. It is not for the loop.
func (s *Store) Wait(number uint64) error {
	told := make(chan error, 1)
	s.After(number, func(err error) { told <- err })
	return <-told
}

// Room waits until no more than the bound waits for the disk, or the disk has failed. It is not for the loop.
func (s *Store) Room() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.bytes > s.most && s.failed == nil {
		s.changed.Wait()
	}
}

// Close waits for the disk, and closes the store below. Closing twice does nothing. Errors: of the disk, of closing.
func (s *Store) Close() error {
	s.mu.Lock()
	first := !s.closing
	s.closing = true
	s.changed.Broadcast()
	s.mu.Unlock()
	<-s.ended
	if !first {
		return nil
	}
	return errors.Join(s.failed, s.below.Close())
}

// write commits what waits, until Close or the disk's failure.
func (s *Store) write() {
	defer close(s.ended)
	for {
		s.mu.Lock()
		for len(s.waiting) == 0 && !s.closing {
			s.changed.Wait()
		}
		group := s.waiting
		s.waiting = nil
		s.mu.Unlock()
		if len(group) == 0 {
			return
		}
		records := merged(group)
		err := s.below.Update(func(w store.Writer) error { return replay(w, records) })
		s.settle(group, err)
		if err != nil {
			s.onError(err)
			return
		}
	}
}

// merged is what batches wrote, each record as the last of them left it, in the place of what the first found.
func merged(group []*batch) []record {
	if len(group) == 1 && group[0].alone {
		return group[0].records
	}
	all := map[store.Bucket]map[string]entry{}
	for _, b := range group {
		for bucket, entries := range b.writes {
			for key, e := range entries {
				if first, again := all[bucket][key]; again {
					e.old, e.lookedUp = first.old, first.lookedUp
				}
				put(all, bucket, key, e)
			}
		}
	}
	return sorted(all)
}

// sorted brings records into the order of their keys.
func sorted(all map[store.Bucket]map[string]entry) (records []record) {
	for _, bucket := range sortedKeys(all) {
		for _, key := range sortedKeys(all[bucket]) {
			records = append(records, record{bucket, []byte(key), all[bucket][key]})
		}
	}
	return records
}

func replay(w store.Writer, records []record) error {
	replacer, can := w.(store.Replacer)
	for _, r := range records {
		switch {
		case can && r.lookedUp:
			replacer.Replace(r.bucket, r.key, r.value, r.old)
		case r.value == nil:
			w.Delete(r.bucket, r.key)
		default:
			w.Put(r.bucket, r.key, r.value)
		}
	}
	return nil
}

// settle takes out of the overlay what is on the disk now, and tells who waits. After a failure the overlay stays: the
// loop has to end on what it believes.
func (s *Store) settle(group []*batch, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, b := range group {
		s.bytes -= b.bytes
		if err != nil {
			continue
		}
		s.durable = b.number
		for bucket, entries := range b.writes {
			for key := range entries {
				if s.overlay[bucket][key].number == b.number {
					delete(s.overlay[bucket], key)
				}
			}
			if len(s.overlay[bucket]) == 0 {
				delete(s.overlay, bucket) // a map keeps the room of all it ever held
			}
		}
	}
	s.failed = err
	s.changed.Broadcast()
	rest := s.watch[:0]
	for _, w := range s.watch {
		if err == nil && w.number > s.durable {
			rest = append(rest, w)
			continue
		}
		w.tell(s.reason(w.number))
	}
	clear(s.watch[len(rest):]) // they may hold many blocks
	s.watch = rest
}
