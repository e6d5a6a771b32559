package blocksync

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/chain"
)

// A peer says that it is far ahead, takes nearly all its time for each answer, and names only blocks that we
// have. It is asked ever less often, and does not keep an honest peer from leading (SYN-6, SYN-8).
func TestLeadThatLeadsNowhere_SYN6_SYN8(t *testing.T) {
	ours := branch(chain.Genesis(), 1, 3)
	theirs := append(append([]chain.Block{}, ours...), branch(ours[2], 2, 40)...)
	all := tree(t, theirs...)
	asked := 0
	r := newRig(t, Config{}, func(r *rig) {
		r.PeerArrived(peerA)
		r.PeerArrived(peerB)
		r.Heard(peerA, math.MaxUint64, true)
		r.Heard(peerB, 43, true)
		late := r.cfg.Deadline - time.Second
		for i := range 600 {
			r.at(time.Duration(i)*time.Second/2, func() {
				r.honest(all, peerB)
				for q, ok := r.take(peerA); ok; q, ok = r.take(peerA) {
					asked++
					m := Located{Ancestor: 3, Tip: math.MaxUint64}
					for range MaxAnchors {
						m.Anchors = append(m.Anchors, ours[2].Hash())
					}
					r.at(late, func() { q.done(m.AppendTo(nil), nil) })
				}
				if i > 20 {
					require.Equal(t, uint64(43), r.tree.State().Number(), "B leads as soon as A has had its turn")
				}
			})
		}
	}, ours...)
	require.Equal(t, uint64(43), r.tree.State().Number())
	require.Less(t, asked, 15)
}
