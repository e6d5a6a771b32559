package network

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/network"
)

// cut feeds the pieces to a new cutter and returns the messages, as long as there is no error.
func cut(pieces [][]byte, maxFrame int) (messages []string, inside bool, err error) {
	var c cutter
	for _, piece := range pieces {
		for len(piece) > 0 {
			payload, rest, whole, err := c.next(piece, maxFrame)
			if err != nil {
				return messages, false, err
			}
			if whole {
				messages = append(messages, string(payload))
			}
			piece = rest
		}
	}
	return messages, c.inside(), nil
}

// FuzzCutter: however a stream is cut, its messages are those of the stream in one piece, and
// putting them into frames again gives the stream back (NET-2).
func FuzzCutter(f *testing.F) {
	f.Add([]byte("\x00\x00\x00\x05hello\x00\x00\x00\x00\x00\x00\x00\x01x"), []byte{3, 1})
	f.Add([]byte("\x00\x00\x00\x05hel"), []byte{1})
	f.Add([]byte("\x00\x00\x00\x01a\xff\xff\xff\xff"), []byte{7})
	f.Fuzz(func(t *testing.T, stream, sizes []byte) {
		var pieces [][]byte
		for i, rest := 0, stream; len(rest) > 0; i++ {
			n := len(rest)
			if len(sizes) > 0 {
				n = min(n, 1+int(sizes[i%len(sizes)]))
			}
			pieces, rest = append(pieces, rest[:n:n]), rest[n:]
		}
		want, wantInside, wantErr := cut([][]byte{stream}, 100)
		got, inside, err := cut(pieces, 100)
		require.Equal(t, want, got)
		require.Equal(t, wantInside, inside)
		require.Equal(t, wantErr == nil, err == nil)
		var again []byte
		for _, m := range got {
			again = network.AppendFrame(again, []byte(m))
		}
		require.Equal(t, string(stream[:len(again)]), string(again))
		if err == nil && !inside {
			require.Len(t, again, len(stream))
		}
	})
}

func TestCutter_MemoryGrowsWithWhatHasCome_NET4(t *testing.T) {
	var c cutter
	_, _, whole, err := c.next(network.Header(1<<20), 1<<20)
	require.NoError(t, err)
	require.False(t, whole)
	require.Less(t, cap(c.body), 1000)
	for range 100 {
		_, _, _, err = c.next(make([]byte, 100), 1<<20)
		require.NoError(t, err)
	}
	require.LessOrEqual(t, cap(c.body), 4*100*100)
}

func TestCutter_CopiesNoFrameThatIsWhole_NET12(t *testing.T) {
	stream := slices.Repeat(network.AppendFrame(nil, make([]byte, 100)), 50)
	require.Zero(t, testing.AllocsPerRun(100, func() {
		var c cutter
		for rest := stream; len(rest) > 0; {
			_, rest, _, _ = c.next(rest, 1000)
		}
	}))
}
