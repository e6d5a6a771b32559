package glass

import (
	"math/rand/v2"
	"slices"
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

// own are the pages that are a memory's own copies, as the system would tell.
type own [64]bool

// parts are these pages in parts.
func (o *own) parts() (parts []part) {
	for i, is := range o {
		at := i * hotPage
		if n := len(parts); is && n > 0 && parts[n-1].to == at {
			parts[n-1].to += hotPage
		} else if is {
			parts = append(parts, part{at, at + hotPage})
		}
	}
	return parts
}

// Of what is known to be written to, all is put back. What most runs write to stays an own copy; what one run did goes.
func TestHot_PutsOwnCopiesBack(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	mine := own{}
	h := hot{fresh: make([]byte, len(mine)/2*hotPage)}
	for i := range h.fresh {
		h.fresh[i] = byte(r.Uint64())
	}
	first := append(append([]byte(nil), h.fresh...), make([]byte, len(mine)/2*hotPage)...)
	memory := append([]byte(nil), first...)
	drop := func(from, to int) error {
		copy(memory[from:to], first[from:])
		clear(mine[from/hotPage : to/hotPage])
		return nil
	}
	write := func(page int) {
		memory[page*hotPage+r.IntN(hotPage)]++
		mine[page] = true
	}
	for run := range 40 * often {
		for _, page := range []int{3, 4, 31, 32, 40} {
			write(page)
		}
		if run < 20*often {
			write(r.IntN(len(mine)))
		}
		require.NoError(t, h.restoreOwn(memory, mine.parts(), drop))
		require.Equal(t, first, memory)
	}
	require.Equal(t, []part{{3 * hotPage, 5 * hotPage}, {31 * hotPage, 33 * hotPage}, {40 * hotPage, 41 * hotPage}}, mine.parts())
}

// However much runs write, what stays is bounded.
func TestHot_BoundOfOwnCopies(t *testing.T) {
	h, dropped := hot{}, 0
	memory := make([]byte, 3*mostHot)
	drop := func(from, to int) error { dropped += to - from; clear(memory[from:to]); return nil }
	for range 2 * often {
		for at := 0; at < len(memory); at += hotPage {
			memory[at] = 1
		}
		dropped = 0
		require.NoError(t, h.restoreOwn(memory, []part{{0, mostHot / 2}, {mostHot, 3 * mostHot}}, drop))
		require.Equal(t, mostHot+mostHot/2, dropped)
		clear(memory[mostHot/2 : mostHot]) // nobody says that it was written to
		require.Equal(t, -1, slices.IndexFunc(memory, func(b byte) bool { return b != 0 }))
	}
}
