package scenario_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/lab"
	"strata/network"
	"strata/scenario"
)

// TestRaw_TalksInFramesAndBytes has two raw nodes talk: one writes frames, one in pieces.
func TestRaw_TalksInFramesAndBytes(t *testing.T) {
	var server, client *scenario.Raw
	var heard []string
	ended := 0
	s := scenario.Scenario{Name: "scenario/raw", For: 5 * time.Second, Setup: func(w scenario.World) {
		server, client = scenario.NewRaw(w, 0, true), scenario.NewRaw(w, 1, false)
		server.OnFrame = func(l *scenario.Line, payload string) {
			heard = append(heard, payload)
			if payload == "end" {
				l.Close()
				l.Close()
			}
		}
		client.OnEnded = func(*scenario.Line) { ended++ }
		w.At(time.Second, client.Addr, "dials and writes", func() {
			client.Dial(server.Addr, func(l *scenario.Line) {
				l.Send("one", "")
				all := scenario.Frames("two", "end")
				l.Write(all[:5], all[5:])
			})
			client.TryDial("10.9.9.9:1", func(*scenario.Line) { panic("somebody is there") })
		})
	}}
	r := lab.Run(s, lab.Options{Seed: 1})
	require.False(t, r.Failed(), r)
	require.Equal(t, []string{"one", "", "two", "end"}, heard)
	require.Equal(t, heard, server.Heard())
	require.Equal(t, scenario.Frames(heard...), server.Lines[0].Bytes)
	require.False(t, server.Lines[0].Dialed)
	require.False(t, server.Lines[0].Open(), "the server has closed it")
	require.Equal(t, 1, ended)
	require.True(t, client.Lines[0].Dialed)
	require.True(t, client.Lines[0].Over)
	require.NoError(t, client.Lines[0].Reason)
}

func TestRaw_RefusedDial_NET6(t *testing.T) {
	s := scenario.Scenario{Name: "scenario/raw", For: time.Second, Setup: func(w scenario.World) {
		raw := scenario.NewRaw(w, 0, false)
		w.At(0, raw.Addr, "dials nobody", func() { raw.Dial(w.Addr(1), nil) })
	}}
	r := lab.Run(s, lab.Options{Seed: 1})
	require.True(t, r.Failed())
	require.Equal(t, scenario.NET6Taken.Rule(), r.Failure.Rule)
	require.Equal(t, scenario.NET6Taken.Words(), r.Failure.Clause)
}

// A claim that no frame can keep makes no frame, and no panic.
func TestLine_WaitsForTheWholeFrame(t *testing.T) {
	var l *scenario.Line
	s := scenario.Scenario{Name: "scenario/raw", For: time.Second, Setup: func(w scenario.World) {
		server, client := scenario.NewRaw(w, 0, true), scenario.NewRaw(w, 1, false)
		server.OnOpen = func(line *scenario.Line) { l = line }
		w.At(0, client.Addr, "dials", func() {
			client.Host.Dial(server.Addr, func(s network.Stream, err error) {
				scenario.Must(err)
				s.Write(nil, []byte("\xff\xff\xff\xffwho sends that"))
			})
		})
	}}
	require.False(t, lab.Run(s, lab.Options{Seed: 1}).Failed())
	require.Empty(t, l.Frames)
	require.Len(t, l.Bytes, 18)
}
