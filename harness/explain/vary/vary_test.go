package vary_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/explain/vary"
	"strata/network"
	"strata/scenario"
)

// talk has one node connect to another and write what it is told to.
func talk(say func(s network.Stream)) scenario.Scenario {
	return scenario.Scenario{Name: "vary/talk", For: time.Second, Setup: func(w scenario.World) {
		w.Node(w.Addr(1), func(h network.Host) {
			_, _ = h.Listen(w.Addr(1), func(s network.Stream) { s.Deliver(deaf{}) })
		})
		w.Node(w.Addr(0), func(h network.Host) {
			h.Dial(w.Addr(1), func(s network.Stream, err error) {
				if err == nil {
					s.Deliver(deaf{})
					say(s)
				}
			})
		})
	}}
}

type deaf struct{}

func (deaf) Receive([]byte) {}
func (deaf) Ended(error)    {}

func find(say func(s network.Stream)) (vary.Difference, bool) {
	return vary.Find(talk(say), vary.Options{Seed: 1, Others: 20, Time: time.Minute})
}

func TestFind_NothingDiffers(t *testing.T) {
	_, found := find(func(s network.Stream) { s.Write([]byte("hello"), nil) })
	require.False(t, found)
}

func TestFind_AMapsOrder(t *testing.T) {
	words := map[string]bool{"a": true, "b": true, "c": true, "d": true, "e": true, "f": true}
	d, found := find(func(s network.Stream) {
		s.Write([]byte("first"), nil)
		for word := range words {
			s.Write([]byte(word), nil)
		}
	})
	require.True(t, found)
	require.True(t, d.Order)
	require.Zero(t, d.After)
	require.Equal(t, network.Addr("10.0.0.1:4000"), d.Node)
	require.Regexp(t, `^sends "[a-f]" to 10\.0\.0\.2:4000$`, d.One)
	require.NotEqual(t, d.One, d.Other)
}

// A counter that lives longer than a run is found by what happens after others.
func TestFind_WhatARunLeavesBehind(t *testing.T) {
	runs := 0
	d, found := find(func(s network.Stream) {
		if runs++; runs > 25 {
			s.Write([]byte("boom"), nil)
		}
	})
	require.True(t, found)
	require.Equal(t, 20, d.After)
	require.Empty(t, d.One)
	require.Contains(t, d.Other, "boom")
	require.False(t, d.Order)
}
