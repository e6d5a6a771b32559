package networktest

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"

	"strata/network"
	"strata/scenario"
)

// Suite is the conformance suite of layer 1, for the implementation that the stack names.
func Suite(stack network.Stack) []scenario.Scenario {
	b := bench{stack: stack}
	return slices.Concat(b.frames(), b.events(), b.sending(), b.stopping(), b.hostile())
}

// bench makes the scenarios for one implementation.
type bench struct {
	stack network.Stack
	wrap  func(network.Host) network.Host // stands before the hosts of nodes; nil: nothing does
}

// Times that the scenarios share. A simulated dial takes up to 0.3 s, a piece up to 0.15 s.
const (
	soon  = 100 * time.Millisecond  // everybody has booted
	later = 1000 * time.Millisecond // whoever dialled soon is connected, and what was sent has come
	end   = 2 * time.Second         // the same for what was begun later
)

// atEnd makes a liveness check wait for the scenario's end, if what it asks is true at first, too.
func atEnd(w scenario.World, check func() error) func() error {
	return func() error {
		if w.Now() < end {
			return errors.New("expected to be asked at the end, got asked before")
		}
		return check()
	}
}

// frame is NET-1, written down once more: the suite does not trust the codec that it tests.
func frame(payload string) []byte {
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(payload))), payload...)
}

// framesOf is the frames of the payloads, one after the other.
func framesOf(payloads ...string) []byte {
	var b []byte
	for _, p := range payloads {
		b = append(b, frame(p)...)
	}
	return b
}

// show prints a payload for a report.
func show(b []byte) string {
	if len(b) <= 24 {
		return fmt.Sprintf("%q", b)
	}
	return fmt.Sprintf("%d bytes beginning with %q", len(b), b[:16])
}

// text is a payload of size bytes that no other number has.
func text(number, size int) string {
	b := make([]byte, size)
	for i := range b {
		b[i] = byte('a' + (number*7+i*i+i>>8)%26)
	}
	return string(b)
}
