package sim

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A network that takes over the memory of others runs as if there had been none, and keeps nothing of theirs alive.
func TestLeave_TheNextRunIsTheSame(t *testing.T) {
	run := func(seed uint64, leaves bool) (hash uint64, broken []string) {
		cfg := steady()
		cfg.Seed, cfg.CheckPayloads = seed, true
		r := newRig(t, cfg, 3)
		a, _ := r.connect()
		mine := []byte("mine to change")
		r.at(time.Second, 0, func() {
			a.stream.Write(mine, []byte("untouched"))
			mine[3]++
		})
		r.n.At(time.Hour, addrOf(2), func() {}) // is under way when the run is over
		r.n.Run(2 * time.Second)
		hash, broken = r.n.Hash(), r.n.Violations()
		if leaves {
			left := r.n.spare
			r.n.Leave()
			require.Equal(t, hash, r.n.Hash())
			require.NotEmpty(t, left.ledgers)
			for _, entries := range left.ledgers {
				require.Empty(t, entries)
				for _, e := range entries[:cap(entries)] {
					require.Zero(t, e)
				}
			}
			for _, p := range left.slab.places[:cap(left.slab.places)] {
				require.Zero(t, p)
			}
		}
		return hash, broken
	}
	hash, broken := run(7, false)
	require.Len(t, broken, 1)
	for seed := range uint64(20) {
		run(seed, true)
	}
	again, brokenAgain := run(7, true)
	require.Equal(t, hash, again)
	require.Equal(t, broken, brokenAgain)
}
