package rebroadcast_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/chain"
	"strata/mempool"
	"strata/mempool/mempooltest"
	"strata/network"
	"strata/node/blocktree"
	"strata/node/rebroadcast"
	"strata/node/simdisk"
	"strata/node/store"
	"strata/node/store/storetest"
)

const own store.Bucket = "own"

// rig is a rebroadcaster, and all that is around it. It is the host, too.
type rig struct {
	network.Host
	*rebroadcast.Rebroadcaster
	now       time.Time
	due       func() // the next look; nil: none
	log       bytes.Buffer
	nonce     uint64 // of the one account
	pool      []mempool.Transaction
	announced []mempool.Transaction
	spread    []mempool.Transaction
}

func (r *rig) Now() time.Time                                       { return r.now }
func (r *rig) Log() *slog.Logger                                    { return slog.New(slog.NewTextHandler(&r.log, nil)) }
func (r *rig) Cancel(network.TimerID)                               { r.due = nil }
func (r *rig) After(_ time.Duration, f func()) (id network.TimerID) { r.due = f; return 1 }

// open makes one of what the store has.
func open(db store.Store, cfg rebroadcast.Config) (*rig, error) {
	r := &rig{now: time.Unix(1000, 0)}
	var err error
	r.Rebroadcaster, err = rebroadcast.New(r, cfg, rebroadcast.Around{
		Store:   db,
		Account: func(mempool.PublicKey) chain.Account { return chain.Account{Nonce: r.nonce, Balance: 1000} },
		Waiting: func() []mempool.Transaction { return r.pool },
		Announce: func(tx mempool.Transaction) error {
			r.announced = append(r.announced, tx)
			return nil
		},
		Spread: func(tx mempool.Transaction) { r.spread = append(r.spread, tx) },
	})
	return r, err
}

func opened(t *testing.T, db store.Store, cfg rebroadcast.Config) *rig {
	t.Helper()
	r, err := open(db, cfg)
	require.NoError(t, err)
	return r
}

// look lets the time of a look pass.
func (r *rig) look() {
	r.now = r.now.Add(10 * time.Second)
	due := r.due
	r.due = nil
	if due != nil {
		due()
	}
}

// cared lists whom another life would care for.
func cared(t *testing.T, db store.Store) []mempool.Transaction {
	t.Helper()
	r := opened(t, db, rebroadcast.Config{})
	r.Start()
	return r.announced
}

func tx(nonce uint64) mempool.Transaction { return mempooltest.Pay(0, 1, nonce, 5) }

func txs(nonces ...uint64) (all []mempool.Transaction) {
	for _, n := range nonces {
		all = append(all, tx(n))
	}
	return all
}

// The next life cares for the same, in the same order, and announces them at once; what is in meanwhile is let go of.
func TestTheNextLifeGoesOn_G7(t *testing.T) {
	db := store.NewMemory()
	r := opened(t, db, rebroadcast.Config{})
	for _, tx := range txs(0, 2, 1) {
		require.NoError(t, r.Keep(tx))
		require.NoError(t, r.Keep(tx), "twice is once")
	}
	r.Stop()
	require.NoError(t, r.Keep(tx(3)), "one that has stopped cares for nothing more")
	require.Equal(t, txs(0, 2, 1), cared(t, db))

	r = opened(t, db, rebroadcast.Config{})
	r.nonce = 1
	r.Start()
	require.Equal(t, txs(2, 1), r.announced)
	require.NoError(t, r.Keep(tx(4)))
	require.NoError(t, r.Replace(tx(2).ID(), tx(5)))
	require.Equal(t, txs(0, 1, 4, 5), append(txs(0), cared(t, db)...))
	r.nonce = 6
	r.look()
	require.Zero(t, r.Kept())
	require.Empty(t, storetest.Contents(t, db, own))
}

// Whoever meets the first peer tells it of all that waits.
func TestTheFirstPeerIsTold(t *testing.T) {
	r := opened(t, store.NewMemory(), rebroadcast.Config{})
	require.NoError(t, r.Keep(tx(0)))
	require.NoError(t, r.Keep(tx(1)))
	r.Left(tx(1)) // it will be announced when its time has come
	r.Met()
	require.Equal(t, txs(0), r.spread)
	r.Met()
	require.Equal(t, txs(0), r.spread, "it has come again at once")
	r.look()
	r.Met()
	require.Equal(t, txs(0, 0), r.spread)
}

// A first peer that comes soon after another is told at the next look.
func TestTheNextFirstPeerIsToldLater_G7(t *testing.T) {
	r := opened(t, store.NewMemory(), rebroadcast.Config{})
	r.Met() // with nothing to tell
	require.NoError(t, r.Keep(tx(0)))
	r.Met()
	require.Empty(t, r.spread)
	r.look()
	require.Equal(t, txs(0), r.spread)
	r.look()
	require.Equal(t, txs(0), r.spread, "nobody has come")
}

// What it cares for is bounded, in memory and in the store, also if an earlier life was allowed more.
func TestKeptIsBounded(t *testing.T) {
	db := store.NewMemory()
	r := opened(t, db, rebroadcast.Config{MaxKept: 5})
	for n := range uint64(20) {
		require.NoError(t, r.Keep(tx(n)))
		require.LessOrEqual(t, r.Kept(), 5)
	}
	require.Len(t, storetest.Contents(t, db, own), 5)
	require.Equal(t, 1, strings.Count(r.log.String(), "too many"), r.log.String())
	require.Equal(t, txs(15, 16, 17, 18, 19), cared(t, db))
	r = opened(t, db, rebroadcast.Config{MaxKept: 3})
	r.Start()
	require.Equal(t, txs(17, 18, 19), r.announced)
	require.Contains(t, r.log.String(), "count=2")
	require.Len(t, storetest.Contents(t, db, own), 3)
}

// A record that is torn, or of somebody else, is left out and told of; the others are there.
func TestTornRecords(t *testing.T) {
	db := store.NewMemory()
	r := opened(t, db, rebroadcast.Config{})
	for _, tx := range txs(0, 1, 2) {
		require.NoError(t, r.Keep(tx))
	}
	require.NoError(t, db.Update(func(w store.Writer) error {
		text, _ := w.Get(own, []byte{0, 0, 0, 0, 0, 0, 0, 1})
		w.Put(own, []byte{0, 0, 0, 0, 0, 0, 0, 1}, text[:len(text)/2])
		w.Put(own, []byte("strange"), text)
		w.Put(own, []byte{0, 0, 0, 0, 0, 0, 0, 9}, nil)
		return nil
	}))
	r = opened(t, db, rebroadcast.Config{})
	r.Start()
	require.Equal(t, txs(0, 2), r.announced)
	require.Contains(t, r.log.String(), "count=3")
	require.Len(t, storetest.Contents(t, db, own), 2)
	require.NoError(t, r.Keep(tx(3)))
	require.Equal(t, txs(0, 2, 3), cared(t, db))
}

// A store that takes nothing more is an error of Keep, and nothing else changes.
func TestTheStoreFails(t *testing.T) {
	db := &storetest.Failing{Store: store.NewMemory(), Left: 4}
	r := opened(t, db, rebroadcast.Config{})
	require.NoError(t, r.Keep(tx(0)))
	require.NoError(t, r.Keep(tx(1)))
	require.ErrorIs(t, r.Keep(tx(2)), storetest.ErrCrash)
	require.ErrorIs(t, r.Replace(tx(0).ID(), tx(3)), storetest.ErrCrash)
	require.Equal(t, 2, r.Kept())
	r.nonce = 1
	r.look()
	require.Contains(t, r.log.String(), "the store has crashed")
	require.Equal(t, txs(0, 1), cared(t, db.Store))
	_, err := open(db, rebroadcast.Config{})
	require.ErrorIs(t, err, storetest.ErrCrash)
}

// work is all that writes, step by step, with what is cared for after each.
type step struct {
	do    func(r *rig) error
	after []mempool.Transaction
}

func workload() []step {
	keep := func(n uint64) func(*rig) error { return func(r *rig) error { return r.Keep(tx(n)) } }
	return []step{
		{keep(0), txs(0)},
		{keep(1), txs(0, 1)},
		{keep(2), txs(0, 1, 2)},
		{func(r *rig) error { return r.Replace(tx(1).ID(), mempooltest.Pay(0, 2, 1, 6)) }, append(txs(0, 2), mempooltest.Pay(0, 2, 1, 6))},
		{func(r *rig) error {
			undone := chain.Seal(chain.Block{Number: 9, Transactions: txs(7, 8)})
			r.TipMoved(blocktree.Change{Undone: []chain.Sealed{undone}})
			return nil
		}, append(append(txs(0, 2), mempooltest.Pay(0, 2, 1, 6)), txs(7, 8)...)},
		{func(r *rig) error { r.nonce = 2; r.look(); return nil }, txs(2, 7, 8)},
		{func(r *rig) error { r.nonce = 3; return r.Keep(tx(9)) }, txs(2, 7, 8, 9)},
	}
}

// The machine stops in every write of a workload, and each byte of what was being written is once the last that reached
// the disk, or any stretch of it did not. What was told of as kept is cared for, and nothing is there in part.
func TestCrashAtEveryWrite_G7(t *testing.T) {
	crashes := 0
	for stop := 1; ; stop++ {
		disk := simdisk.New(1)
		disk.StopAt = stop
		r := opened(t, disk, rebroadcast.Config{})
		var before, after []mempool.Transaction
		stopped := false
		for _, s := range workload() {
			err := s.do(r)
			after = s.after
			if stopped = errors.Is(err, simdisk.ErrStopped) || r.log.Len() > 0; stopped {
				break
			}
			require.NoError(t, err)
			before = s.after
		}
		if !stopped {
			break
		}
		for keep := range disk.Unsynced() + 1 {
			for lost := 0; lost <= keep; lost += 50 {
				got := cared(t, disk.After(keep, lost, min(1, lost)*50))
				require.True(t, slices.Equal(got, before) || slices.Equal(got, after), fmt.Sprintf("update %d, %d bytes, lost at %d", stop, keep, lost))
				crashes++
			}
		}
		require.Equal(t, after, cared(t, disk.After(disk.Unsynced(), 0, 0)), "all of it reached the disk")
	}
	require.Greater(t, crashes, 1000)
}
