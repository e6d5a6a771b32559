package causal

import (
	"encoding/binary"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/network"
)

// orphan is the n-th update that waits for another.
func orphan(n int) (ID, *Update) {
	var id, missing ID
	binary.BigEndian.PutUint32(id[:], uint32(n))
	missing[31], missing[0], missing[1] = 1, id[2], id[3]
	return id, &Update{Predecessors: []ID{missing}}
}

// wait has some updates of a peer wait.
func wait(w *Waiting, peer network.Addr, from, to int, asked bool, now time.Duration) {
	for n := from; n < to; n++ {
		id, u := orphan(n)
		w.Add(id, u, peer, asked, u.Predecessors, now)
	}
}

// TestWaiting_EachLosesItsOwn_CAU2_LED10 has one peer bring too many while others bring a few.
func TestWaiting_EachLosesItsOwn_CAU2_LED10(t *testing.T) {
	var w Waiting
	wait(&w, "a:1", 0, 10, false, 0)
	wait(&w, "b:1", 1000, 1000+3*MaxWaitingPeer, false, 0)
	require.Equal(t, 10+MaxWaitingPeer, w.Len())
	for n := range 10 {
		id, _ := orphan(n)
		require.True(t, w.Has(id))
	}
	oldest, _ := orphan(1000)
	newest, _ := orphan(1000 + 3*MaxWaitingPeer - 1)
	require.False(t, w.Has(oldest))
	require.True(t, w.Has(newest))
}

// TestWaiting_InAll_CAU2 fills the room by many peers: who has most in it loses.
func TestWaiting_InAll_CAU2(t *testing.T) {
	var w Waiting
	for p := range 17 {
		wait(&w, network.Addr(rune('a'+p)), 1000*p, 1000*p+MaxWaitingPeer-1, false, 0)
	}
	require.Equal(t, MaxWaiting, w.Len())
	wait(&w, "z", 50_000, 50_001, false, 0)
	require.Equal(t, MaxWaiting, w.Len())
	last, _ := orphan(50_000)
	require.True(t, w.Has(last))
}

// TestWaiting_WhatWasAskedFor_CAU2 holds a long chain, and bounds it by bytes.
func TestWaiting_WhatWasAskedFor_CAU2(t *testing.T) {
	var w Waiting
	wait(&w, "a:1", 0, 10_000, true, 0)
	require.Equal(t, 10_000, w.Len())
	id, u := orphan(70_000)
	u.Body = make([]byte, MaxBody)
	size := (&waiter{update: u}).size()
	for n := range MaxFetched/size + 5 {
		id, _ = orphan(70_000 + n)
		w.Add(id, u, "a:1", true, u.Predecessors, 0)
	}
	require.LessOrEqual(t, w.queues[source{"a:1", true}].bytes, MaxFetched)
	require.True(t, w.Has(id))
	first, _ := orphan(0)
	require.False(t, w.Has(first))
	require.True(t, w.Shed(first, "a:1"), "it had to go, and what came since still waits")
	require.False(t, w.Shed(first, "b:1"), "another peer may be asked")
	require.False(t, w.Shed(id, "a:1"), "it waits")
	w.Expire(WaitFor)
	require.False(t, w.Shed(first, "a:1"), "there is room again")
}

// TestWaiting_ForAMinute_CAU2 lets time pass.
func TestWaiting_ForAMinute_CAU2(t *testing.T) {
	var w Waiting
	wait(&w, "a:1", 0, 1, false, 0)
	wait(&w, "a:1", 1, 2, false, 30*time.Second)
	wait(&w, "b:1", 2, 3, true, 0)
	wait(&w, "b:1", 3, 4, true, 30*time.Second)
	w.Expire(WaitFor - 1)
	require.Equal(t, 4, w.Len())
	w.Expire(WaitFor)
	require.Equal(t, 3, w.Len(), "what was asked for waits as long as more comes")
	w.Expire(WaitFor + 30*time.Second)
	require.Zero(t, w.Len())
	require.Empty(t, w.needs)
	require.Empty(t, w.queues)
	require.Zero(t, w.unasked)
}

// TestWaiting_Arrived_CAU2 lets what is missing come, one after the other.
func TestWaiting_Arrived_CAU2(t *testing.T) {
	var w Waiting
	u := &Update{Predecessors: []ID{{1}, {2}, {3}}}
	w.Add(ID{9}, u, "a:1", true, []ID{{1}, {3}}, 0)
	require.Empty(t, w.Arrived(ID{1}))
	require.Equal(t, []Ready{{u, "a:1", true}}, w.Arrived(ID{3}))
	require.Zero(t, w.Len())
	require.Empty(t, w.Arrived(ID{3}))
}
