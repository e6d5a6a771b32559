// Package networktest is the conformance suite of layer 1: scenarios that every implementation of
// strata/network must pass, on every host.
//
//	probe   the layer that is tested, on a host of the world. It is the layer's handler: it keeps what
//	        it is told of each connection, and fails the run at once when that breaks NET-6.
//	raw     scenario.Raw: a node without the layer, that reads and writes the bytes of streams.
//
// Most scenarios put one probe in front of raw nodes, which write frames as NET-1 lays them out, or as
// nobody should, and compare the bytes that they get with frames that the suite makes itself. An
// implementation that reads and writes the same wrong thing understands itself, and is found out here.
// Two probes talk to each other where both sides have to agree, such as on who closed.
//
// What must never be is checked by Always, after every event, so that a report shows the moment; what
// must come about is checked by By, as soon as it has; what must still hold when all is over, by AtEnd
// and Ends. A scenario of a step uses the methods of that step and the earlier ones, so that a student's
// first green scenario comes before the layer is whole.
//
// Errors are compared by scenario.Only: a reason must be the one that the contract names, and no other of
// layer 1. Ids, the cutting of pieces, timers and the order of independent events are the
// implementation's own; no scenario depends on them.
package networktest

import (
	"fmt"
	"slices"
	"time"

	"strata/network"
	"strata/scenario"
)

// Suite lists the scenarios of layer 1 for the implementation that the stack names, by step.
func Suite(stack network.Stack) []scenario.Scenario {
	b := bench{stack: stack}
	return slices.Concat(b.frames(), b.events(), b.sending(), b.stopping(), b.reentry(), b.hostile())
}

// bench makes the scenarios for one implementation. It is a value: a scenario that sets wrap sets it for
// itself alone.
type bench struct {
	stack network.Stack
	wrap  func(network.Host) network.Host // stands before the hosts of nodes; nil: nothing does
}

// Times that the scenarios share. A simulated dial takes up to 0.3 s, a piece up to 0.15 s. On loopback TCP
// the same scenarios take these times in earnest, so that they are short.
const (
	soon  = 100 * time.Millisecond  // everybody has booted
	later = 1000 * time.Millisecond // whoever dialled soon is connected, and what was sent has come
	end   = 2 * time.Second         // the same for what was begun later
)

// show prints a payload for a report: all of a short one, the beginning of a long one.
func show(b []byte) string {
	if len(b) <= 24 {
		return fmt.Sprintf("%q", b)
	}
	return fmt.Sprintf("%d bytes beginning with %q", len(b), b[:16])
}

// text is a payload of size bytes that no other number has. No part of it repeats with a short period, so
// that bytes which are lost, doubled or out of place show.
func text(number, size int) string {
	b := make([]byte, size)
	for i := range b {
		b[i] = byte('a' + (number*7+i*i+i>>8)%26)
	}
	return string(b)
}

// frames is step network.1: a raw peer dials the node and writes bytes. The node only listens and reads.
// First come the layout and the cuts that a stream may make (NET-1 to NET-3), then what a length may claim
// (NET-4), then what becomes of a payload that was handed over (NET-12).
func (b bench) frames() []scenario.Scenario {
	return []scenario.Scenario{
		scenario.New(scenario.Scenario{
			Name: "network/one-frame", Step: "network.1", Rules: []string{"NET-1"}, For: end, RealTime: true,
			Title: "A frame is a 4-byte big-endian length and that many bytes.",
			Setup: b.oneFrame,
		}),
		scenario.New(scenario.Scenario{
			Name: "network/byte-by-byte", Step: "network.1", Rules: []string{"NET-2"}, For: end, RealTime: true,
			Title: "Messages arrive whole when each byte comes alone.",
			Setup: b.byteByByte,
		}),
		scenario.New(scenario.Scenario{
			Name: "network/many-in-one-piece", Step: "network.1", Rules: []string{"NET-2"}, For: end, RealTime: true,
			Title: "Many frames in one piece are as many messages.",
			Setup: b.manyInOnePiece,
		}),
		// Only a simulated network leaves the pieces as they are written.
		scenario.New(scenario.Scenario{
			Name: "network/every-cut", Step: "network.1", Rules: []string{"NET-2"}, For: end,
			Title: "Two pieces make the same messages wherever the cut is.",
			Setup: b.everyCut,
		}),
		// The network cuts what was cut already, and late pieces join.
		scenario.New(scenario.Scenario{
			Name: "network/random-pieces", Step: "network.1", Rules: []string{"NET-2"}, For: end,
			Title:  "Messages arrive whole and in order, however the network cuts the bytes.",
			Faults: scenario.Faults{Fragment: true, Jitter: soon, Until: end},
			Setup:  b.randomPieces,
		}),
		// Not in real time, as big-claims below.
		scenario.New(scenario.Scenario{
			Name: "network/many-pieces", Step: "network.1", Rules: []string{"NET-2"}, For: end,
			Title: "A message that comes in many pieces is not copied again at each.",
			Setup: b.manyPieces,
		}),
		scenario.New(scenario.Scenario{
			Name: "network/empty-messages", Step: "network.1", Rules: []string{"NET-3"}, For: end, RealTime: true,
			Title: "A length of 0 is an empty message.",
			Setup: b.emptyMessages,
		}),
		scenario.New(scenario.Scenario{
			Name: "network/longest-message", Step: "network.1", Rules: []string{"NET-4"}, For: end, RealTime: true,
			Title: "A message of exactly MaxFrame bytes is accepted.",
			Setup: b.longestMessage,
		}),
		scenario.New(scenario.Scenario{
			Name: "network/too-big", Step: "network.1", Rules: []string{"NET-4"}, For: end, RealTime: true,
			Title: "A length over MaxFrame closes that connection, delivers nothing and leaves the others alone.",
			Setup: b.tooBig,
		}),
		// Not in real time: what it measures is the process, in which other scenarios run then.
		scenario.New(scenario.Scenario{
			Name: "network/big-claims", Step: "network.1", Rules: []string{"NET-4"}, For: end,
			Title: "Nothing is allocated for a length that is too big.",
			Setup: b.bigClaims,
		}),
		scenario.New(scenario.Scenario{
			Name: "network/kept-payloads", Step: "network.1", Rules: []string{"NET-12"}, For: end, RealTime: true,
			Title: "A receiver may keep a message, and append to it, without harm to another.",
			Setup: b.keptPayloads,
		}),
	}
}

// events is step network.2: connections begin, by either side, and end. The node dials as well. Each way to
// end has a scenario: the peer closes, the link fails, the stream ends inside a frame. That we close
// ourselves needs Close, which is the next step's.
func (b bench) events() []scenario.Scenario {
	return []scenario.Scenario{
		scenario.New(scenario.Scenario{
			Name: "network/dial", Step: "network.2", Rules: []string{"NET-6", "NET-7"}, For: end, RealTime: true,
			Title: "A dial brings one connect event at each side, then its callback.",
			Setup: b.dial,
		}),
		scenario.New(scenario.Scenario{
			Name: "network/dial-and-receive", Step: "network.2", Rules: []string{"NET-6", "NET-2"}, For: end,
			RealTime: true,
			Title:    "A connection that we dialled delivers messages.",
			Setup:    b.dialAndReceive,
		}),
		scenario.New(scenario.Scenario{
			Name: "network/many-connections", Step: "network.2", Rules: []string{"NET-6", "NET-7"}, For: end,
			RealTime: true,
			Title:    "Connections between the same nodes are independent, each with an id of its own.",
			Setup:    b.manyConnections,
		}),
		scenario.New(scenario.Scenario{
			Name: "network/dial-refused", Step: "network.2", Rules: []string{"NET-10"}, For: end, RealTime: true,
			Title: "A failed dial reports its error once and raises no event.",
			Setup: b.dialRefused,
		}),
		scenario.New(scenario.Scenario{
			Name: "network/dial-in-callback", Step: "network.2", Rules: []string{"NET-10"}, For: end, RealTime: true,
			Title: "The callback of a dial may dial again.",
			Setup: b.dialInCallback,
		}),
		scenario.New(scenario.Scenario{
			Name: "network/peer-closes", Step: "network.2", Rules: []string{"NET-6", "NET-7"}, For: end, RealTime: true,
			Title: "A peer that closes raises one disconnect event, without a reason.",
			Setup: b.peerCloses,
		}),
		// A link that fails is a fault, and there are none in real time. The same holds for a peer that takes
		// nothing, below.
		scenario.New(scenario.Scenario{
			Name: "network/link-fails", Step: "network.2", Rules: []string{"NET-6", "NET-7"}, For: end,
			Title: "A link that fails raises one disconnect event at each side, with the reason.",
			Setup: b.linkFails,
		}),
		scenario.New(scenario.Scenario{
			Name: "network/cut-short", Step: "network.2", Rules: []string{"NET-5"}, For: end, RealTime: true,
			Title: "A stream that ends inside a frame delivers nothing of that frame.",
			Setup: b.cutShort,
		}),
	}
}
