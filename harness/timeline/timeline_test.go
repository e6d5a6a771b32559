package timeline_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/sim"
	"strata/harness/timeline"
	"strata/messaging"
	"strata/network"
)

func piece(at time.Duration, kind sim.TraceKind, data []byte) sim.TraceEvent {
	return sim.TraceEvent{At: at, Kind: kind, Node: "10.0.0.1:4000", Peer: "10.0.0.2:4000", Conn: 1, Bytes: len(data), Data: data}
}

func TestTimeline_PutsMessagesTogether(t *testing.T) {
	hello := network.AppendFrame(nil, messaging.Encode(messaging.TypeRequest, 1, "p2p:hello", []byte("10.0.0.1:4000")))
	answer := network.AppendFrame(nil, messaging.Encode(messaging.TypeResponse, 1, "", []byte("\x0110.0.0.3:4000")))
	var line timeline.Timeline
	line.Event(sim.TraceEvent{Kind: sim.TraceBoot, Node: "10.0.0.1:4000"})
	line.Work(time.Second, "10.0.0.1:4000", "dials the second")
	line.Event(piece(time.Second, sim.TraceDial, nil))
	line.Event(piece(2*time.Second, sim.TraceWrite, hello))
	line.Event(piece(3*time.Second, sim.TraceReceive, answer[:7])) // completes nothing: no line
	line.Event(piece(4*time.Second, sim.TraceReceive, answer[7:]))
	line.Event(piece(5*time.Second, sim.TraceReceive, network.AppendFrame(nil, []byte{7, 7})))
	var text bytes.Buffer
	require.NoError(t, line.Render(&text, 0))
	require.Equal(t, `  0.000000 s  10.0.0.1:4000  boot
  1.000000 s  10.0.0.1:4000  does   dials the second
  1.000000 s  10.0.0.1:4000  dials  -> 10.0.0.2:4000
  2.000000 s  10.0.0.1:4000  sends  -> 10.0.0.2:4000  request 1 p2p:hello "10.0.0.1:4000"
  4.000000 s  10.0.0.1:4000  gets   -> 10.0.0.2:4000  response 1 accepted, 1 peers "10.0.0.3:4000"
  5.000000 s  10.0.0.1:4000  gets   -> 10.0.0.2:4000  frame of 2 bytes 0x0707
`, text.String())
	text.Reset()
	require.NoError(t, line.Render(&text, 1))
	require.Contains(t, text.String(), "... 5 events before\n")
}
