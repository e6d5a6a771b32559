package leader

import "slices"

func (n *node) count() {
	if !n.normal() {
		return
	}
	tip, _ := n.tip()
	var heights []uint64
	var led uint64
	for i, a := range n.acks {
		if a == nil || a.View != n.view {
			continue
		}
		if a.Height <= tip && a.Hash != n.hashAt(a.Height) {
			continue
		}
		heights = append(heights, a.Height)
		if i == n.genesis().Leader(n.view) {
			led = a.Height
		}
	}
	if len(heights) < n.genesis().Quorum() {
		return
	}
	slices.Sort(heights)
	slices.Reverse(heights)
	n.committed(min(heights[n.genesis().Quorum()-1], led, tip))
}
