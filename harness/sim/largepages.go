package sim

import "runtime"

// A large network lies on large pages. What one of its events needs of memory was mostly last needed long ago, and on
// pages of 4 KiB the processor waits for it twice: first for where its page is, then for itself.
const (
	largeNetwork = 1000     // nodes
	nodeMemory   = 96 << 10 // about what a node takes under all layers, with its links and what is garbage
)

// largePages makes room for the nodes of a large network, unless another before it has left enough.
func (n *Net) largePages() {
	if len(n.nodes) < largeNetwork {
		return
	}
	var heap runtime.MemStats
	runtime.ReadMemStats(&heap)
	if want := uint64(len(n.nodes)) * nodeMemory; heap.HeapIdle < want/2 {
		reserve(want - heap.HeapIdle)
	}
}
