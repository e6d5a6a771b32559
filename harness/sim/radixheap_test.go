package sim

import (
	"container/heap"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"strata/harness/sim/splitmix"
)

// binaryHeap is the oracle: the standard library's heap over the same order.
type binaryHeap []event

func (h binaryHeap) Len() int           { return len(h) }
func (h binaryHeap) Less(i, j int) bool { return less(&h[i], &h[j]) }
func (h binaryHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *binaryHeap) Push(e any)        { *h = append(*h, e.(event)) }
func (h *binaryHeap) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}

func TestRadixHeapPopsWhatABinaryHeapPops(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		radix := radixHeap{floor: -1, narrow: rapid.IntRange(0, 40).Draw(t, "narrow")}
		var oracle binaryHeap
		now, order := int64(0), uint64(0)
		spread := rapid.SampledFrom([]int64{0, 1, 3, 1000, 1e8, 1 << 61}).Draw(t, "spread")
		for range rapid.IntRange(1, 400).Draw(t, "steps") {
			if len(oracle) > 0 && rapid.IntRange(0, 2).Draw(t, "pop") == 0 {
				want := heap.Pop(&oracle).(event)
				require.Equal(t, want, *radix.peek())
				radix.pop()
				now = want.at
				continue
			}
			order++
			e := event{
				at:    now + rapid.Int64Range(0, spread).Draw(t, "delay"),
				node:  rapid.Int32Range(0, 3).Draw(t, "node"),
				order: order * splitmix.Golden, // distinct, in no order
			}
			if e.at < now || e.at == now && len(oracle) > 0 && less(&e, &oracle[0]) {
				continue // may not be pushed: before what was popped
			}
			heap.Push(&oracle, e)
			radix.push(e)
		}
		for len(oracle) > 0 {
			require.Equal(t, heap.Pop(&oracle).(event), *radix.peek())
			radix.pop()
		}
		require.Nil(t, radix.peek())
	})
}
