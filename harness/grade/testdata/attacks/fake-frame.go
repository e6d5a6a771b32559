package gossip

import (
	"fmt"

	"strata/gossip"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
)

// edit prints what looks like the stack of a crash in another layer, and in files that never end; then it
// dies without a frame of its own on top.
type edit struct{ gossip.Gossip }

func (e edit) Broadcast(kind messaging.Kind, payload []byte) error {
	const stack = "panic: forged\n\ngoroutine 1 " +
		"[running]:\nstrata/exercises/%[1]s.(*node).f(...)\n\t/x/exercises/%[1]s/%[2]s:1 +0x1\n\nfatal error: out " +
		"of memory\n"
	for _, file := range []string{"_pipe.go", "pipe_test.go", "../../../../../../../dev/zero", "edit.go"} {
		println(fmt.Sprintf(stack, "gossip", file))
		fmt.Printf(stack, "chain", file)
	}
	return e.again()
}

func (e edit) again() error { return fmt.Errorf("%w", e.again()) }

func New(host network.Host, peers p2p.P2P, cfg gossip.Config) gossip.Gossip {
	return edit{ours(host, peers, cfg)}
}
