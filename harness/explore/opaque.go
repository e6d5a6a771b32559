package explore

import "fmt"

// As in the simulator, what a node is handed says no more of itself when it is printed than the node
// knows.

// Format is fmt.Formatter's.
func (h *host) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "host %s", h.n.addr) }

// Format is fmt.Formatter's.
func (l listener) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "listener %s", l.h.n.addr) }

// Format is fmt.Formatter's.
func (s *stream) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "stream of %s", s.n.addr) }
