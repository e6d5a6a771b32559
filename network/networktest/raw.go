package networktest

import (
	"bytes"
	"fmt"

	"strata/scenario"
)

// reads checks that the peer's first stream has brought exactly these bytes.
func reads(peer *scenario.Raw, want []byte) func() error {
	return func() error {
		var got []byte
		if len(peer.Lines) > 0 {
			got = peer.Lines[0].Bytes
		}
		if !bytes.Equal(got, want) {
			return fmt.Errorf("expected the bytes %s, got %s%s", hex(want), hex(got), scenario.SideBySide(want, got))
		}
		return nil
	}
}

// never checks that the peer's first stream brings no other bytes than these, in this order.
func never(peer *scenario.Raw, want []byte) func() error {
	return func() error {
		if len(peer.Lines) > 0 && !bytes.HasPrefix(want, peer.Lines[0].Bytes) {
			got := peer.Lines[0].Bytes
			return fmt.Errorf("expected the bytes %s, got %s%s", hex(want), hex(got), scenario.SideBySide(want, got))
		}
		return nil
	}
}

// hung checks that n streams of the peer have been ended by the other side. Streams that the peer closed
// itself do not count.
func hung(peer *scenario.Raw, n int) func() error {
	return func() error {
		over := 0
		for _, line := range peer.Lines {
			if line.Over {
				over++
			}
		}
		if over != n {
			return fmt.Errorf("expected that the node closes %d connections, got %d closed", n, over)
		}
		return nil
	}
}

// hex prints bytes for a report. A difference in long ones is shown by SideBySide beside it.
func hex(b []byte) string {
	if len(b) <= 32 {
		return fmt.Sprintf("%x", b)
	}
	return fmt.Sprintf("%x... (%d bytes)", b[:32], len(b))
}
