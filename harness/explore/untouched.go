package explore

import (
	"fmt"
	"slices"

	"strata/harness/lab"
	"strata/network"
	"strata/scenario"
)

// handed is a slice that a node wrote or was handed, and what was in it then: nobody may change it, ever
// (NET-12).
type handed struct {
	bytes []byte
	was   string
	wrote bool
	peer  network.Addr
}

// mostHanded is how many of the last slices of a node are looked at after each new event: more would cost
// the explorer half of its speed.
const mostHanded = 16

// watch remembers a slice.
func (s *stream) watch(bytes []byte, was string, wrote bool) {
	if len(bytes) == 0 {
		return
	}
	n := s.n
	if len(n.handed) == mostHanded {
		n.handed = slices.Delete(n.handed, 0, 1)
	}
	n.handed = append(n.handed, handed{bytes, was, wrote, n.w.e.addr(s.key.peer())})
}

// untouched is what is wrong with the slices of the node.
func (n *node) untouched() *lab.Failure {
	for _, h := range n.handed {
		if string(h.bytes) == h.was {
			continue
		}
		how := "received from"
		if h.wrote {
			how = "wrote to"
		}
		return lab.Breach(lab.Broke, n.now(), scenario.NET12Same, fmt.Sprintf(
			"expected the %d bytes that %s %s %s to stay as they were, got them modified%s",
			len(h.was), n.addr, how, h.peer, scenario.SideBySide([]byte(h.was), h.bytes)))
	}
	return nil
}
