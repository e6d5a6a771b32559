package timeline_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/sim"
	"strata/harness/trace/timeline"
	"strata/messaging"
	"strata/network"
)

const one, two network.Addr = "10.0.0.1:4000", "10.0.0.2:4000"

// at makes an event of a connection that the first node has dialled.
func at(t time.Duration, kind sim.TraceKind, node network.Addr, data []byte) sim.TraceEvent {
	e := sim.TraceEvent{At: t, Kind: kind, Node: node, Peer: two, Conn: 1, Bytes: len(data), Data: data}
	if node == two {
		e.Peer, e.Incoming = one, true
	}
	return e
}

func TestTimeline_PutsMessagesTogether(t *testing.T) {
	hello := network.AppendFrame(nil, messaging.Encode(messaging.TypeRequest, 1, "p2p:hello", []byte(one)))
	answer := network.AppendFrame(nil, messaging.Encode(messaging.TypeResponse, 1, "", []byte("\x0110.0.0.3:4000")))
	short := network.AppendFrame(nil, []byte{7, 7})
	tell := func(line *timeline.Timeline) {
		line.Event(sim.TraceEvent{Kind: sim.TraceBoot, Node: one})
		line.Event(sim.TraceEvent{Kind: sim.TraceWork, Node: one, At: time.Second, Text: "dials the second"})
		line.Event(at(time.Second, sim.TraceDial, one, nil))
		line.Event(sim.TraceEvent{At: time.Second, Kind: sim.TraceSet, Node: one, Timer: 1})
		line.Event(at(2*time.Second, sim.TraceWrite, one, hello))
		line.Event(at(2*time.Second, sim.TraceReceive, two, hello))
		line.Event(at(2*time.Second, sim.TraceWrite, two, answer))
		line.Event(at(3*time.Second, sim.TraceReceive, one, answer[:7])) // completes nothing: no line
		line.Event(at(4*time.Second, sim.TraceReceive, one, answer[7:]))
		line.Event(at(5*time.Second, sim.TraceWrite, two, short))
		line.Event(sim.TraceEvent{At: 6 * time.Second, Kind: sim.TraceTimer, Node: one, Timer: 1})
	}
	var line timeline.Timeline
	tell(&line)
	var text bytes.Buffer
	require.NoError(t, line.Render(&text, 0))
	require.Equal(t, `  0.000000 s  10.0.0.1:4000  boot
  1.000000 s  10.0.0.1:4000  does       dials the second
  1.000000 s  10.0.0.1:4000  dials      10.0.0.2:4000
  2.000000 s  10.0.0.1:4000  sends to   10.0.0.2:4000  request 1 p2p:hello "10.0.0.1:4000"
  2.000000 s  10.0.0.2:4000  gets from  10.0.0.1:4000 (its dial)  request 1 p2p:hello "10.0.0.1:4000"
  2.000000 s  10.0.0.2:4000  sends to   10.0.0.1:4000 (its dial)  response 1 p2p:hello accepted, 1 peer
  4.000000 s  10.0.0.1:4000  gets from  10.0.0.2:4000  response 1 p2p:hello accepted, 1 peer
  5.000000 s  10.0.0.2:4000  sends to   10.0.0.1:4000 (its dial)  frame of 2 bytes 0x0707
`, text.String())
	whole := timeline.Timeline{Timers: true}
	tell(&whole)
	text.Reset()
	require.NoError(t, whole.Render(&text, 5))
	require.Contains(t, text.String(), "... 5 events before\n")
	require.Contains(t, text.String(), "gets from  10.0.0.2:4000  7 bytes\n")
	require.Contains(t, text.String(), "  6.000000 s  10.0.0.1:4000  timer\n")
}

// What a node logs stands in every timeline; a close has its reason, and a timer the line that set it, where the reader
// knows it.
func TestTimeline_SaysWhy(t *testing.T) {
	line := timeline.Timeline{Timers: true, Ours: func(frame string) string { return "my/" + frame }}
	line.Event(sim.TraceEvent{Kind: sim.TraceBoot, Node: one})
	line.Event(sim.TraceEvent{Kind: sim.TraceLog, Node: one, Text: "waits"})
	line.Event(sim.TraceEvent{Kind: sim.TraceSet, Node: one, Timer: 1, Frame: "gossip.go:9"})
	line.Event(sim.TraceEvent{At: time.Second, Kind: sim.TraceTimer, Node: one, Timer: 1})
	line.Event(at(time.Second, sim.TraceClose, one, nil))
	line.Event(sim.TraceEvent{Kind: sim.TraceReason, Text: "frame too big"})
	line.Event(sim.TraceEvent{Kind: sim.TraceReason, Text: "said before"})
	line.Event(at(time.Second, sim.TraceClose, one, nil))
	line.Event(sim.TraceEvent{Kind: sim.TraceTell, Text: "disconnected"})
	line.Event(at(2*time.Second, sim.TraceAccept, two, nil))
	var text bytes.Buffer
	require.NoError(t, line.Render(&text, 0))
	require.Equal(t, `  0.000000 s  10.0.0.1:4000  boot
  0.000000 s  10.0.0.1:4000  logs           waits
  1.000000 s  10.0.0.1:4000  timer          set at my/gossip.go:9
  1.000000 s  10.0.0.1:4000  closes         10.0.0.2:4000: frame too big
  1.000000 s  10.0.0.1:4000  closes         10.0.0.2:4000: said before
  1.000000 s  10.0.0.1:4000  tells          disconnected
  2.000000 s  10.0.0.2:4000  is dialled by  10.0.0.1:4000
`, text.String())
}
