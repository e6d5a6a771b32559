package p2p

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/network"
	"strata/p2p"
)

// clock is a host that has nothing but the time.
type clock struct {
	network.Host
	now time.Time
}

func (c *clock) Now() time.Time { return c.now }

func dialler(cfg p2p.Config) (*layer, *clock) {
	cfg.Self = "self:1"
	cfg, err := cfg.Complete()
	if err != nil {
		panic(err)
	}
	c := &clock{now: time.Unix(1000, 0)}
	return New(c, nil, nil, cfg).(*layer), c
}

func TestMayDial_P2P13_BacksOff(t *testing.T) {
	l, c := dialler(p2p.Config{BackoffMin: time.Second, BackoffMax: 10 * time.Second})
	require.True(t, l.mayDial("a:1"))
	for _, wait := range []time.Duration{1, 2, 4, 8, 10, 10} {
		l.failed("a:1")
		c.now = c.now.Add(wait*time.Second - 1)
		require.False(t, l.mayDial("a:1"), "just before %d s", wait)
		c.now = c.now.Add(1)
		require.True(t, l.mayDial("a:1"), "after %d s", wait)
		require.True(t, l.mayDial("b:1"), "an address of its own")
	}
}

func TestMayDial_P2P5_P2P7_P2P13(t *testing.T) {
	for _, c := range []struct {
		name     string
		addr     network.Addr
		peers    int
		pending  int
		dialling int
		want     bool
	}{
		{name: "nobody there", addr: "x:1", want: true},
		{name: "itself", addr: "self:1"},
		{name: "a peer", addr: "peer0:1", peers: 1},
		{name: "being dialled", addr: "dialled0:1", dialling: 1},
		{name: "room for one", addr: "x:1", peers: 3, dialling: 1, want: true},
		{name: "M peers", addr: "x:1", peers: 5},
		{name: "M with dials", addr: "x:1", peers: 3, dialling: 2},
		{name: "M with the accepted", addr: "x:1", peers: 3, pending: 1, dialling: 1},
		{name: "MaxDials", addr: "x:1", dialling: 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, _ := dialler(p2p.Config{MaxPeers: 5, MaxDials: 3})
			l.pending = c.pending
			for i := range c.peers {
				l.insert(&conn{addr: network.Addr(fmt.Sprintf("peer%d:1", i))})
			}
			for i := range c.dialling {
				l.dialling[network.Addr(fmt.Sprintf("dialled%d:1", i))] = true
			}
			require.Equal(t, c.want, l.mayDial(c.addr))
		})
	}
}

// What strangers name must not fill the memory: the failures that are the longest ago are forgotten.
func TestFailed_P2P13_IsBounded(t *testing.T) {
	l, c := dialler(p2p.Config{MaxListed: 10})
	for i := range 1000 {
		c.now = c.now.Add(time.Millisecond)
		l.failed(network.Addr(fmt.Sprintf("dead%d:1", i)))
		require.LessOrEqual(t, len(l.failures), 10)
	}
	require.Equal(t, 1, l.failures["dead999:1"].count)
	require.Equal(t, 1, l.failures["dead990:1"].count)
	require.Zero(t, l.failures["dead989:1"].count)
}

// A loop over the peers must outlive what its body does to the table.
func TestSorted_IsReplacedNotModified(t *testing.T) {
	l, _ := dialler(p2p.Config{})
	for _, a := range []network.Addr{"c:1", "a:1", "b:1"} {
		before := l.sorted
		copied := append([]*peer(nil), before...)
		c := &conn{id: network.ConnID(len(before) + 1), addr: a}
		l.conns[c.id] = c
		l.insert(c)
		require.Equal(t, copied, before)
	}
	require.Equal(t, []network.Addr{"a:1", "b:1", "c:1"}, l.Peers())
}
