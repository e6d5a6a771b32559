package node_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/messaging"
	"strata/network"
	"strata/node"
	"strata/p2p"
)

// hello has a node say hello to another by a name, and returns what it hears.
func (w *town) hello(after time.Duration, from, to, name network.Addr) *heard {
	answer := &heard{}
	w.sim.Node(from, func(h network.Host) {
		h.After(after, func() {
			h.Dial(to, func(s network.Stream, err error) {
				require.NoError(w.t, err)
				hello := messaging.Encode(messaging.TypeRequest, 1, p2p.KindHello, []byte(name))
				s.Deliver(answer)
				s.Write(network.Header(len(hello)), hello)
			})
		})
	})
	return answer
}

func (h *heard) accepted(t *testing.T) bool {
	t.Helper()
	m, err := messaging.Decode(h.bytes[network.HeaderSize:])
	require.NoError(t, err)
	answer, err := p2p.DecodeAnswer(m.Payload, 1)
	require.NoError(t, err)
	return answer.Accepted
}

// A stranger takes the name of a node that is not there. When that one comes, from the address that the name
// says, it is not sent away for it, and the stranger's connection gives way (P2P-6). A third, whose address
// is not that of the name either, still is sent away.
func TestAStrangerCannotKeepANameFromItsOwner(t *testing.T) {
	w := newTown(t)
	w.guarded(public(1), node.Config{})
	stranger := w.hello(time.Second, public(4), public(1), public(2))
	third := w.hello(2*time.Second, public(5), public(1), public(2))
	owner := w.hello(3*time.Second, public(2), public(1), public(2))
	again := w.hello(4*time.Second, public(6), public(1), public(2))
	w.sim.Run(20 * time.Second)
	require.True(t, stranger.accepted(t), "there is no telling yet")
	require.False(t, third.accepted(t))
	require.True(t, owner.accepted(t))
	require.False(t, again.accepted(t))
	require.Equal(t, []network.Addr{public(2)}, w.nodes[public(1)].Peers())
}
