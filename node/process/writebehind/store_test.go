package writebehind_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"strata/node/process/memstore"
	"strata/node/process/writebehind"
	"strata/node/store"
	"strata/node/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const fruit store.Bucket = "fruit"

// disk is a store whose commits take a time each, or fail from one on.
type disk struct {
	store.Store
	takes   time.Duration
	mu      sync.Mutex
	fails   error
	commits int
	gate    func() // called before each commit
}

func (d *disk) Update(f func(store.Writer) error) error {
	if d.gate != nil {
		d.gate()
	}
	time.Sleep(d.takes)
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.fails != nil {
		return d.fails
	}
	d.commits++
	return d.Store.Update(f)
}

func put(t require.TestingT, s *writebehind.Store, key, value string) {
	require.NoError(t, s.Update(func(w store.Writer) error {
		w.Put(fruit, []byte(key), []byte(value))
		return nil
	}))
}

func unexpected(t *testing.T) func(error) {
	return func(err error) { t.Errorf("the disk failed: %v", err) }
}

// It does what every store does.
func TestStore_FRK6(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store { return writebehind.New(memstore.New(), unexpected(t)) })
}

// C5: the loop waits for no commit, however long each takes, and reads what it wrote meanwhile; those who ask are told
// when it is on the disk, and many Updates are one commit.
func TestUpdate_DoesNotWaitForTheDisk_C5(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &disk{Store: memstore.New(), takes: time.Second}
		s := writebehind.New(d, unexpected(t))
		begin := time.Now()
		for i := range 1000 {
			put(t, s, fmt.Sprint(i), "red")
		}
		require.Zero(t, time.Since(begin))
		require.Len(t, storetest.Contents(t, s, fruit), 1000)
		require.Empty(t, storetest.Contents(t, d.Store, fruit))
		require.NoError(t, s.Wait(s.Last()))
		require.LessOrEqual(t, time.Since(begin), 2*time.Second)
		require.Len(t, storetest.Contents(t, d.Store, fruit), 1000)
		require.LessOrEqual(t, d.commits, 2)
		require.NoError(t, s.Close())
	})
}

// What is on the disk takes no memory here, nor do those who were told of it (F1).
func TestOnTheDisk_HoldsNoMemory_F1(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := writebehind.New(&disk{Store: memstore.New(), takes: time.Second}, unexpected(t))
		told := 0
		for i := range 100 {
			put(t, s, fmt.Sprint(i), "red")
			s.After(s.Last(), func(error) { told++ })
		}
		require.Greater(t, s.Held(), 100)
		require.NoError(t, s.Wait(s.Last()))
		synctest.Wait()
		require.Equal(t, 100, told)
		require.Zero(t, s.Held())
		require.NoError(t, s.Close())
	})
}

// Close waits for the disk.
func TestClose_LosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &disk{Store: memstore.New(), takes: time.Second}
		s := writebehind.New(d, unexpected(t))
		put(t, s, "apple", "red")
		require.NoError(t, s.Close())
		require.Len(t, storetest.Contents(t, d.Store, fruit), 1)
	})
}

// When the disk fails, who waits is told, and so is who writes; nothing later gets to the disk.
func TestDiskFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		full := errors.New("no space left")
		d := &disk{Store: memstore.New(), takes: time.Second}
		var told []error
		s := writebehind.New(d, func(err error) { told = append(told, err) })
		put(t, s, "apple", "red")
		first := s.Last()
		require.NoError(t, s.Wait(first))
		d.mu.Lock()
		d.fails = full
		d.mu.Unlock()
		put(t, s, "plum", "blue")
		require.ErrorIs(t, s.Wait(s.Last()), full)
		synctest.Wait()
		require.Equal(t, []error{full}, told)
		require.NoError(t, s.Wait(first), "what is there is there")
		require.ErrorIs(t, s.Update(func(store.Writer) error { return nil }), full)
		require.Equal(t, []string{"fruit/apple=red"}, storetest.Contents(t, d.Store, fruit))
		s.Room()
		require.ErrorIs(t, s.Close(), full)
	})
}

// What waits is bounded: who asks for room waits away from the loop, and an Update over twice the bound waits itself.
func TestRoom_IsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &disk{Store: memstore.New(), takes: time.Second}
		s := writebehind.Bounded(d, unexpected(t), 100)
		value := string(make([]byte, 60))
		put(t, s, "a", value)
		s.Room()
		begin := time.Now()
		put(t, s, "b", value)
		s.Room()
		require.NotZero(t, time.Since(begin))
		begin = time.Now()
		for range 20 {
			put(t, s, "c", value)
		}
		require.NotZero(t, time.Since(begin), "memory is bounded even so")
		require.NoError(t, s.Close())
	})
}

// Who waits is told in the order of the Updates.
func TestAfter_InOrder(t *testing.T) {
	s := writebehind.New(memstore.New(), unexpected(t))
	var mu sync.Mutex
	var told []int
	for i := range 100 {
		put(t, s, fmt.Sprint(i), "red")
		s.After(s.Last(), func(err error) {
			mu.Lock()
			defer mu.Unlock()
			require.NoError(t, err)
			told = append(told, i)
		})
	}
	require.NoError(t, s.Close())
	require.Len(t, told, 100)
	require.True(t, slices.IsSorted(told))
}

// After a crash at any instant the disk is as it was after one of the Updates, and not before the last that anybody was
// told of (FRK-6). What the loop reads meanwhile is what it wrote.
func TestCrash_FRK6(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var works gate
		d := &disk{Store: memstore.New(), gate: works.pass}
		s := writebehind.New(d, func(error) {})
		model := map[string]string{}
		list := func() (all []string) {
			for key, value := range model {
				all = append(all, fmt.Sprintf("fruit/%s=%s", key, value))
			}
			slices.Sort(all)
			return all
		}
		states := [][]string{nil}
		durable := 0
		for range rapid.IntRange(1, 30).Draw(t, "updates") {
			require.NoError(t, s.Update(func(w store.Writer) error {
				for range rapid.IntRange(1, 4).Draw(t, "writes") {
					key := rapid.StringMatching(`[a-e]`).Draw(t, "key")
					if rapid.Bool().Draw(t, "delete") {
						w.Delete(fruit, []byte(key))
						delete(model, key)
						continue
					}
					value := rapid.StringMatching(`[0-9]{1,2}`).Draw(t, "value")
					w.Put(fruit, []byte(key), []byte(value))
					model[key] = value
				}
				return nil
			}))
			states = append(states, list())
			require.Equal(t, list(), contents(t, s))
			switch rapid.IntRange(0, 3).Draw(t, "disk") {
			case 0:
				works.open(1)
			case 1: // somebody waits for it
				works.open(100)
				require.NoError(t, s.Wait(s.Last()))
				works.shut()
				durable = len(states) - 1
			}
		}
		d.mu.Lock()
		d.fails = errors.New("the process ended") // nothing gets to the disk from here on
		d.mu.Unlock()
		works.open(100)
		_ = s.Close()
		found := contents(t, d.Store)
		require.True(t, slices.ContainsFunc(states[durable:], func(state []string) bool { return slices.Equal(state, found) }),
			"%v is none of %v", found, states[durable:])
	})
}

// gate lets a number of commits pass.
type gate struct {
	mu      sync.Mutex
	allowed int
	changed sync.Cond
}

func (g *gate) pass() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.changed.L = &g.mu
	for g.allowed == 0 {
		g.changed.Wait()
	}
	g.allowed--
}

func (g *gate) open(n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.allowed += n
	g.changed.L = &g.mu
	g.changed.Broadcast()
}

func (g *gate) shut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.allowed = 0
}

func contents(t *rapid.T, s store.Store) (all []string) {
	require.NoError(t, s.View(func(r store.Reader) error {
		return r.Scan(fruit, func(key, value []byte) error {
			all = append(all, fmt.Sprintf("fruit/%s=%s", key, value))
			return nil
		})
	}))
	return all
}
