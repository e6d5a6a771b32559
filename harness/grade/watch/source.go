package watch

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/fsnotify/fsnotify"

	"strata/harness/course/steps"
)

// Source tells that layers may have changed.
type Source interface {
	// Changes has a value soon after something happened: one for many events, and now and then one for none.
	Changes() <-chan struct{}
	// Close ends it. Changes says nothing afterwards.
	Close()
}

// again is how often is looked whether a directory that was gone is back.
const again = 500 * time.Millisecond

// Files tells what the system says of the files in a directory of layers. Directories are watched, since editors
// put new files into the places of old ones; those that vanish are watched again once they are back. The error
// says that the system watches no more: then there is Poll.
func Files(dir string) (Source, error) {
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, fmt.Errorf("watch: %w", err)
	}
	f := &files{dir: filepath.Clean(dir), watcher: watcher, seen: make(map[string]os.FileInfo), signal: newSignal()}
	if _, err := f.cover(); err != nil {
		watcher.Close()
		return nil, fmt.Errorf("watch: %w", err)
	}
	f.work.Go(f.run)
	return f, nil
}

// signal is what a source tells by.
type signal struct {
	changes chan struct{} // has room for one: more are the same
	ended   chan struct{}
	work    sync.WaitGroup
}

func newSignal() signal {
	return signal{changes: make(chan struct{}, 1), ended: make(chan struct{})}
}

// Changes is the Source's.
func (s *signal) Changes() <-chan struct{} { return s.changes }

// tell says that something happened.
func (s *signal) tell() {
	select {
	case s.changes <- struct{}{}:
	default:
	}
}

// files is the Source of Files.
type files struct {
	dir     string
	watcher *fsnotify.Watcher
	seen    map[string]os.FileInfo // the directories as they were when they were watched last, by their paths
	signal
}

// Close is the Source's.
func (f *files) Close() {
	close(f.ended)
	f.work.Wait()
	f.watcher.Close()
}

// run passes on what the system says.
func (f *files) run() {
	look := time.NewTicker(again)
	defer look.Stop()
	for {
		select {
		case <-f.ended:
			return
		case e := <-f.watcher.Events:
			if f.matters(e) {
				_, _ = f.cover() // tried again at the next look
				f.tell()
			}
		case <-f.watcher.Errors: // events were lost
			f.tell()
		case <-look.C:
			if added, _ := f.cover(); added {
				f.tell()
			}
		}
	}
}

// matters says whether an event is about what is graded, or about a directory of it.
func (f *files) matters(e fsnotify.Event) bool {
	name := filepath.Base(e.Name)
	if e.Op == fsnotify.Chmod {
		return false
	}
	return counts(name) || e.Name == f.dir || slices.Contains(steps.Written, name)
}

// cover watches each directory that is there and not watched yet, and says whether there was one. A watch stays with
// a directory that is moved: one that has taken its path is watched in its place.
func (f *files) cover() (added bool, err error) {
	watched := f.watcher.WatchList()
	for _, at := range directories(f.dir) {
		is, gone := os.Stat(at)
		if gone != nil {
			continue
		}
		if slices.Contains(watched, at) {
			if os.SameFile(f.seen[at], is) {
				continue
			}
			_ = f.watcher.Remove(at) // it may have ended by itself
		}
		if one := f.watcher.Add(at); one != nil {
			err = one
			continue
		}
		f.seen[at], added = is, true
	}
	return added, err
}

// Poll looks at the files of a directory of layers itself, so often: for places that no system watches, such as
// network mounts.
func Poll(dir string, every time.Duration) Source {
	p := &poll{dir: dir, every: every, signal: newSignal()}
	before := outside(dir)
	p.work.Go(func() { p.run(before) })
	return p
}

// poll is the Source of Poll.
type poll struct {
	dir   string
	every time.Duration
	signal
}

// Close is the Source's.
func (p *poll) Close() {
	close(p.ended)
	p.work.Wait()
}

// run looks, and tells when something is not as before.
func (p *poll) run(before []string) {
	tick := time.NewTicker(p.every)
	defer tick.Stop()
	for {
		select {
		case <-p.ended:
			return
		case <-tick.C:
			if now := outside(p.dir); !slices.Equal(now, before) {
				before = now
				p.tell()
			}
		}
	}
}

// outside is what can be seen of the files without reading them.
func outside(dir string) (all []string) {
	for _, at := range directories(dir) {
		entries, _ := os.ReadDir(at) // gone meanwhile: seen the next time
		for _, e := range entries {
			if info, err := e.Info(); err == nil && counts(e.Name()) {
				all = append(all, fmt.Sprintf("%s/%s %d %d", at, e.Name(), info.Size(), info.ModTime().UnixNano()))
			}
		}
	}
	return all
}
