package sim

import "fmt"

// A node's code may print what it was handed. It would see the fields of the simulator, the keys of a
// run's randomness among them, and could tell one seed from another; so each says no more than the
// node knows anyway.

// Format is fmt.Formatter's, for every verb that would show the fields.
func (h *host) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "host %s", h.nd.addr) }

// Format is fmt.Formatter's.
func (l *listener) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "listener %s", l.host.nd.addr) }

// Format is fmt.Formatter's.
func (s *stream) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "stream of %s", s.nd.addr) }

// Format is fmt.Formatter's.
func (s *source) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "source of %s", s.nd.addr) }

// Format is fmt.Formatter's.
func (v virtual) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "log of %s", v.nd.addr) }
