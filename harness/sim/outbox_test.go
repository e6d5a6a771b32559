package sim

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Chunks that were not needed since the last trim are given up, and no others.
func TestOutbox_TrimsWhatIsIdle(t *testing.T) {
	var o outbox
	var list chunkList
	use := func(chunks int) {
		for range chunks * chunkSize {
			o.add(&list, &event{}, nil)
		}
		for c := list.take(); c != nil; {
			c = o.release(c)
		}
	}
	spare := func() (n int) {
		for c := o.free; c != nil; c = c.next {
			n++
		}
		require.Equal(t, n, o.spare)
		return n
	}
	use(10)
	o.trim()
	require.Equal(t, 10, spare(), "all were used")
	use(3)
	o.trim()
	require.Equal(t, 3, spare())
	use(3)
	o.trim()
	require.Equal(t, 3, spare(), "they are still needed")
	o.trim()
	require.Zero(t, spare())
	use(2)
	require.Equal(t, 2, spare())
}
