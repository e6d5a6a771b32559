package glass

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// laid is what segments write into a memory, one after the other.
func laid(t *testing.T, body []byte, size int) (memory []byte, count int) {
	t.Helper()
	segments, plain := segmentsOf(body)
	require.True(t, plain)
	memory = make([]byte, size)
	for _, s := range segments {
		copy(memory[s.at:], s.bytes)
	}
	return memory, len(segments)
}

// Segments in any order become few, and what they write stays the same. Those that overlap, where the order tells, stay as they are.
func TestJoined_WritesTheSame(t *testing.T) {
	const size = 1 << 20
	r := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		var segments []segment
		for at := uint64(r.IntN(1 << 10)); at < size-1<<12; at += uint64(r.IntN(2 * farApart)) {
			s := segment{at, make([]byte, 1+r.IntN(200))}
			for i := range s.bytes {
				s.bytes[i] = byte(r.Uint32())
			}
			segments, at = append(segments, s), at+uint64(len(s.bytes))
		}
		r.Shuffle(len(segments), func(i, j int) { segments[i], segments[j] = segments[j], segments[i] })
		body := appendSegments(nil, segments)
		want, many := laid(t, body, size)
		got, few := laid(t, joined(body), size)
		require.Equal(t, want, got)
		require.Less(t, few, many*2/3)

		overlapping := appendSegments(nil, append(segments, segment{segments[0].at, []byte{1}}))
		require.Equal(t, overlapping, joined(overlapping))
	}
}

// What is no section of segments with a place each is left to the engine, which says what is wrong with it.
func TestJoined_LeavesTheRest(t *testing.T) {
	one := appendSegments(nil, []segment{{1 << 20, []byte("text")}})
	require.Equal(t, one, joined(one))
	for n := range one {
		require.Equal(t, one[:n], joined(one[:n]))
	}
	passive := []byte{1, 1, 2, 'a', 'b'}
	require.Equal(t, passive, joined(passive))
	for _, at := range []int64{-1, mostMemory} {
		b := append(binary.AppendUvarint(nil, 1), activeSegment, constant)
		for v := at; ; v >>= 7 {
			if v >= -64 && v < 64 {
				b = append(b, byte(v)&0x7f)
				break
			}
			b = append(b, byte(v)|0x80)
		}
		b = append(b, endOfExpr, 1, 'a')
		require.Equal(t, b, joined(b))
		_, plain := segmentsOf(b)
		require.False(t, plain)
	}
}
