package glass

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// Whatever a run writes, and whichever pages are hot, what is put back is what was there before, and zero above.
func TestHot_PutsEverythingBack(t *testing.T) {
	const pages = 64
	r := rand.New(rand.NewPCG(1, 2))
	h := hot{fresh: make([]byte, pages*hotPage)}
	for i := range h.fresh {
		h.fresh[i] = byte(r.Uint64())
	}
	first := append(append([]byte(nil), h.fresh...), make([]byte, pages*hotPage)...)
	fixed := part{3 * hotPage, 13 * hotPage} // nothing writes there
	memory, copied := append([]byte(nil), first...), 0
	drop := func(from, to int) error {
		copied -= to - from
		copy(memory[from:to], first[from:])
		return nil
	}
	for run := range 3 * seldom {
		for range 3 + run%5 {
			at := r.IntN(pages/8) * 8 * hotPage // often the same ones
			memory[at+r.IntN(hotPage)]++
		}
		memory[r.IntN(len(memory))]++
		copy(memory[fixed.from:fixed.to], first[fixed.from:])
		copied += len(memory)
		require.NoError(t, h.restore(memory, fixed, drop))
		require.Equal(t, first, memory)
	}
	require.Positive(t, copied, "some pages are hot")
}

// What is hot is bounded, however much runs write.
func TestHot_Bound(t *testing.T) {
	h := hot{}
	memory := make([]byte, 2*mostHot)
	for run := range early {
		for at := 0; at < len(memory); at += hotPage {
			memory[at] = byte(1 + run)
		}
		require.NoError(t, h.restore(memory, part{}, func(from, to int) error { clear(memory[from:to]); return nil }))
	}
	total := 0
	for _, p := range h.parts {
		total += p.to - p.from
	}
	require.Equal(t, mostHot, total)
}
