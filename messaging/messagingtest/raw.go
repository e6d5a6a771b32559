package messagingtest

import (
	"encoding/binary"
	"fmt"
	"slices"

	"strata/network"
	"strata/scenario"
)

// message is MSG-1, written down once more: the suite does not trust the codec that it tests. A response has
// an empty name, and a malformed message one that no kind may have.
func message(kind byte, id uint32, name, payload string) string {
	return string(binary.BigEndian.AppendUint32([]byte{kind}, id)) + name + "\x00" + payload
}

// The types of messages, as the table of docs/protocol.md numbers them.
const (
	regular  = 0
	request  = 1
	response = 2
)

// tell has the peer dial the node soon and send the messages, each in a frame.
func tell(peer *scenario.Raw, to network.Addr, what string, messages ...string) {
	peer.World.At(soon, peer.Addr, what, func() {
		peer.Dial(to, func(l *scenario.Line) { l.Send(messages...) })
	})
}

// hears checks that these messages come to the peer, and no others: the first message that is not one of
// them, in their order, fails the run, and by the end all of them have to be there.
func hears(peer *scenario.Raw, c scenario.Clause, want ...string) {
	peer.World.Always(c, func() error {
		if got := peer.Heard(); len(got) > len(want) || !slices.Equal(got, want[:len(got)]) {
			return fmt.Errorf("expected the messages %q, got %q%s", want, got, scenario.FirstApart(want, got))
		}
		return nil
	})
	peer.World.By(end, c, func() error {
		if got := peer.Heard(); !slices.Equal(got, want) {
			return fmt.Errorf("expected the messages %q, got %q%s", want, got, scenario.FirstApart(want, got))
		}
		return nil
	})
}
