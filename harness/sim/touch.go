package sim

// touchAhead is how many events are touched at once, before the first of them is handled.
const touchAhead = 96

// touch reads what the events will need: their nodes, and streams or timers. In a large network hardly any
// of it is in the cache, and each event would wait for one line after another. Read in a row, none
// depending on the one before, the lines come in together.
func (n *Net) touch(events []event) uint32 {
	var sum uint32
	for i := range events {
		nd := n.nodes[events[i].node]
		sum += uint32(len(nd.streams) + len(nd.soon) + len(nd.timers.places))
	}
	for i := range events {
		e, nd := &events[i], n.nodes[events[i].node]
		if e.order&classMask == classTimer {
			if places := nd.timers.places; int(e.slot) < len(places) {
				sum += uint32(places[e.slot].number)
			}
		} else if streams := nd.streams; int(e.slot) < len(streams) {
			if s := streams[e.slot]; s != nil {
				sum += s.sent
			}
		}
	}
	return sum
}
