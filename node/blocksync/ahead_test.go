package blocksync

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/chain"
)

// mostAsked is how many ranges a peer is asked for at once while the node gets 2,000 small blocks from it. It gives an
// answer after each pause.
func mostAsked(t *testing.T, cfg Config, pause time.Duration) (most int) {
	all := tree(t, branch(chain.Genesis(), 1, 2000)...)
	r := newRig(t, cfg, func(r *rig) {
		r.PeerArrived(peerA)
		r.Heard(peerA, 2000, true)
		answer := r.serving(all)
		for i := range 200 {
			r.at(time.Duration(i)*pause, func() {
				most = max(most, r.peers[peerA].asks)
				if q, ok := r.take(peerA); ok {
					answer(q)
				}
			})
		}
	})
	require.Equal(t, uint64(2000), r.tree.State().Number())
	require.Empty(t, r.records, "nobody stalled")
	return most
}

// A peer that answers soon is asked for a commit's worth of small blocks at once. One that takes its time, or whose
// blocks are large, is not (SYN-5, SYN-6).
func TestSmallRangesAreAskedAhead_SYN5_SYN6(t *testing.T) {
	cfg, err := Config{}.Complete()
	require.NoError(t, err)
	require.GreaterOrEqual(t, mostAsked(t, Config{}, 10*time.Millisecond), cfg.Commit/cfg.Step)
	require.Equal(t, cfg.PerPeer, mostAsked(t, Config{}, time.Second), "it takes its time")
	text := len(branch(chain.Genesis(), 1, 1)[0].Text())
	large := Config{MaxBytes: cfg.PerPeer * firstQuota * (4 + text)}
	require.Equal(t, cfg.PerPeer, mostAsked(t, large, 10*time.Millisecond), "they are not small")
}
