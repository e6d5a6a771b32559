package daemon

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"strata/node/blocktree"
	"strata/node/process/boltstore"
	"strata/node/process/index"
	"strata/node/process/memstore"
	"strata/node/store"
)

// indexDir is the directory of the index within the data directory.
const indexDir = "index"

const (
	indexStep  = 200             // blocks that go into the index in one commit
	indexPause = 5 * time.Second // before an index that broke is made again
)

// follower keeps the index near the tip of the chain, on a goroutine of its own.
type follower struct {
	dir   string // "": in memory
	pause time.Duration
	chain store.Store
	log   *slog.Logger
	broke func(error) // told if there is no room for the index, which ends the node

	current atomic.Pointer[index.Index] // nil until it has caught up once
	moved   chan struct{}               // holds one if the tip has moved
	quit    chan struct{}
	ended   chan struct{}
}

func newFollower(data string, db store.Store, broke func(error), log *slog.Logger) *follower {
	f := &follower{pause: indexPause, chain: db, log: log, broke: broke, moved: make(chan struct{}, 1), quit: make(chan struct{}), ended: make(chan struct{})}
	if data != "" {
		f.dir = filepath.Join(data, indexDir)
	}
	return f
}

// index is the index, or nil. For any goroutine.
func (f *follower) index() *index.Index { return f.current.Load() }

// Rest gives back memory that the index can do without. For any goroutine.
func (f *follower) Rest() {
	if ix := f.index(); ix != nil {
		ix.Rest()
	}
}

// tipMoved is called on the node's loop.
func (f *follower) tipMoved(blocktree.Change) {
	select {
	case f.moved <- struct{}{}:
	default: // it looks anyway
	}
}

func (f *follower) start() {
	go func() {
		defer close(f.ended)
		for f.follow() {
		}
	}()
}

func (f *follower) stop() {
	close(f.quit)
	<-f.ended
}

// follow opens the index and follows the chain. An index that broke is thrown away; then, after a
// pause, again is true.
func (f *follower) follow() (again bool) {
	store, err := f.open()
	if err == nil {
		err = f.advance(index.New(store))
		f.current.Store(nil)
		err = errors.Join(err, store.Close())
	}
	switch {
	case err == nil:
		return false
	case isFull(err): // the index is whole; to make it again would take more room, and soon the chain has none either
		f.broke(notWritten(err))
		return false
	}
	f.log.Warn("index of transactions broke: making it again", "err", err)
	if f.dir != "" {
		if err := os.RemoveAll(f.dir); err != nil {
			f.log.Error("index not removed", "err", err)
		}
	}
	select {
	case <-f.quit:
		return false
	case <-time.After(f.pause):
		return true
	}
}

func (f *follower) open() (store.Store, error) {
	if f.dir == "" {
		return memstore.New(), nil
	}
	return boltstore.Open(f.dir)
}

// advance steps each time that the tip has moved. It returns nil when it is to stop.
func (f *follower) advance(ix *index.Index) error {
	for {
		more, err := ix.Step(f.chain, indexStep)
		if err != nil {
			return err
		}
		if more {
			select {
			case <-f.quit:
				return nil
			default:
				continue
			}
		}
		f.current.Store(ix)
		select {
		case <-f.quit:
			return nil
		case <-f.moved:
		}
	}
}
