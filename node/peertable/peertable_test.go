package peertable

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/network"
	"strata/node/guard"
	"strata/node/store"
)

var now = time.Unix(1_700_000_000, 0)

func open(t *testing.T, db store.Store) (*Table, []guard.Ban) {
	table, bans, err := Open(db)
	require.NoError(t, err)
	return table, bans
}

func TestTheTableOutlivesARestart(t *testing.T) {
	db := store.NewMemory()
	table, bans := open(t, db)
	require.Empty(t, table.Peers())
	require.Empty(t, bans)
	table.Good("203.0.113.1:4000", now)
	table.Good("203.0.113.2:4000", now.Add(time.Minute))
	table.Good("node.example:4000", now)
	table.Failed("node.example:4000")
	table.Failed("192.0.2.1:1")
	banned := []guard.Ban{{IP: "192.0.2.7", Until: now.Add(time.Hour), Reason: "forged"}}
	require.NoError(t, table.Save(banned))

	again, bans := open(t, db)
	require.Equal(t, banned, bans)
	require.Equal(t, []Peer{
		{"203.0.113.2:4000", now.Add(time.Minute), 0}, {"203.0.113.1:4000", now, 0}, {"node.example:4000", now, 1},
	}, again.Peers())
	for range MaxFailures {
		again.Failed("203.0.113.1:4000")
		again.Failed("node.example:4000")
	}
	require.Len(t, again.Peers(), 2, "one failure too many")
	require.NoError(t, again.Save(nil))
	last, bans := open(t, db)
	require.Len(t, last.Peers(), 2)
	require.Empty(t, bans)
}

func TestOneRangeCannotPushTheOthersOut(t *testing.T) {
	table, _ := open(t, store.NewMemory())
	var honest []network.Addr
	for i := range 10 {
		honest = append(honest, network.Addr(fmt.Sprintf("198.%d.1.1:4000", i)))
		table.Good(honest[i], now)
	}
	for i := range 5000 { // later, and so better, all in one range
		table.Good(network.Addr(fmt.Sprintf("203.0.%d.%d:4000", i/250, 1+i%250)), now.Add(time.Hour))
	}
	require.Len(t, table.Peers(), MaxPeers)
	require.Subset(t, table.Best(11), honest, "the best to begin with are of eleven ranges")
	require.Len(t, table.Best(16), 16)
	require.Len(t, table.Best(1000), MaxPeers)
}

func TestAddressesOfOnePlaceCountAsSuch(t *testing.T) {
	table, _ := open(t, store.NewMemory())
	for i := range 20 {
		table.Good(network.Addr(fmt.Sprintf("10.0.0.%d:4000", i+1)), now)
	}
	require.Len(t, table.Best(16), 16, "a network of its own has no ranges")
}

func TestWhatIsMalformedIsLeftOut(t *testing.T) {
	db := store.NewMemory()
	require.NoError(t, db.Update(func(w store.Writer) error {
		w.Put(bucketPeers, []byte("no address"), make([]byte, 12))
		w.Put(bucketPeers, []byte("203.0.113.1:1"), make([]byte, 11))
		w.Put(bucketPeers, []byte("203.0.113.2:1"), append(make([]byte, 8), 0xff, 0xff, 0xff, 0xff))
		w.Put(bucketPeers, []byte("203.0.113.3:1"), make([]byte, 12))
		w.Put(bucketBans, []byte("192.0.2.1"), []byte("short"))
		return nil
	}))
	table, bans := open(t, db)
	require.Empty(t, bans)
	require.Len(t, table.Peers(), 1)
	require.NoError(t, table.Save(nil))
	require.NoError(t, db.View(func(r store.Reader) error {
		return r.Scan(bucketPeers, func(key, _ []byte) error {
			if string(key) != "203.0.113.3:1" {
				return errors.New(string(key) + " is still there")
			}
			return nil
		})
	}))
}

// written counts what a store is told to write.
type written struct {
	store.Store
	puts, deletes int
}

func (s *written) Update(f func(store.Writer) error) error {
	return s.Store.Update(func(w store.Writer) error { return f(writer{w, s}) })
}

type writer struct {
	store.Writer
	told *written
}

func (w writer) Put(b store.Bucket, key, value []byte) {
	w.told.puts++
	w.Writer.Put(b, key, value)
}

func (w writer) Delete(b store.Bucket, key []byte) {
	w.told.deletes++
	w.Writer.Delete(b, key)
}

func TestWhatIsTheSameIsNotWritten(t *testing.T) {
	db := &written{Store: store.NewMemory()}
	table, _ := open(t, db)
	table.Good("203.0.113.1:4000", now)
	table.Good("203.0.113.2:4000", now)
	require.NoError(t, table.Save([]guard.Ban{{IP: "192.0.2.7", Until: now, Reason: "forged"}}))
	require.Equal(t, 3, db.puts)

	table, bans := open(t, db)
	require.NoError(t, table.Save(bans))
	table.Good("203.0.113.1:4000", now.Add(time.Millisecond))
	require.NoError(t, table.Save(bans))
	require.Equal(t, 3, db.puts, "a millisecond is not kept")
	table.Good("203.0.113.1:4000", now.Add(time.Second))
	require.NoError(t, table.Save(nil))
	require.Equal(t, 4, db.puts)
	require.Equal(t, 1, db.deletes, "the ban")
	_, bans = open(t, db)
	require.Empty(t, bans)
}
