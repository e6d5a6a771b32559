package sim

// runTotal handles one event after another.
func (n *Net) runTotal(until int64) {
	heap := &n.total
	for !n.halted.Load() {
		e := heap.peek()
		if e == nil || e.at > until {
			return
		}
		if heap.done == 0 {
			n.workers[0].touched += n.touch(heap.run) + n.slab.touch(heap.run)
		}
		now := *e // what happens next may move the run
		heap.pop()
		n.now = now.at
		if n.nodes[now.node].happen(&now) && n.cfg.AfterEvent != nil {
			n.cfg.AfterEvent()
		}
	}
}
