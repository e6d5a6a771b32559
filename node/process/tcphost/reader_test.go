package tcphost

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A stream on which much comes gets large chunks, and small ones again after little has come for a while: idle
// streams are many (F1).
func TestChunkSize_GrowsAndShrinks_F1(t *testing.T) {
	size := chunkSize{bytes: minChunk}
	for range 20 {
		size.read(size.bytes, size.bytes)
	}
	require.Equal(t, maxChunk, size.bytes)
	for i := range 10 * calmReads {
		n := 100
		if i%calmReads == 0 {
			n = maxChunk / 2 // much, now and then
		}
		size.read(n, maxChunk)
	}
	require.Equal(t, maxChunk, size.bytes, "it is used")
	for range calmReads {
		size.read(100, maxChunk)
	}
	require.Equal(t, minChunk, size.bytes)
	size.read(1, minChunk)
	require.Equal(t, minChunk, size.bytes)
}

// Chunks of all sizes can be written to their ends, and two share no memory (NET-12).
func TestUnzeroed_IsMemoryOfItsOwn_NET12(t *testing.T) {
	for size := minChunk; size <= maxChunk; size *= 2 {
		a, b := unzeroed(size), unzeroed(size)
		require.Empty(t, a)
		require.GreaterOrEqual(t, cap(a), size)
		a, b = a[:cap(a)], b[:cap(b)]
		for i := range a {
			a[i] = 1
		}
		for i := range b {
			b[i] = 2
		}
		require.NotContains(t, a, byte(2))
	}
}
