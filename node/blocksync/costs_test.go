package blocksync

import (
	"testing"

	"github.com/stretchr/testify/require"

	"strata/chain"
)

// looked counts how often the store is asked.
type looked struct {
	Chain
	count int
}

func (l *looked) HashAt(number uint64) (chain.BlockHash, bool) {
	l.count++
	return l.Chain.HashAt(number)
}

// What a question has us look up counts like what it has us send: the longest locators, sent as fast as can
// be, take no more than their share of the loop (SYN-3).
func TestLookingUpHasAPrice_SYN3(t *testing.T) {
	newRig(t, Config{}, func(r *rig) {
		l := &looked{Chain: r.tree}
		server := New(r.host, r.cfg, Around{Peers: r, Chain: l, Params: params})
		server.peers[peerA] = &peer{addr: peerA}
		m := Locate{Step: 1}
		for i := range MaxLocator {
			m.Places = append(m.Places, Place{Number: uint64(300 - i)})
		}
		question := m.AppendTo(nil)
		answered := 0
		for range 10_000 {
			reply, ok := server.answerLocate(peerA, question)
			require.True(t, ok)
			if len(reply) > 0 {
				answered++
			}
		}
		require.Greater(t, answered, 100, "who asks now and then is answered")
		require.Less(t, l.count, 2*r.cfg.AnswerRate/blockCost+MaxLocator+MaxAnchors, "of %d answers", answered)
	}, branch(chain.Genesis(), 1, 400)...)
}
