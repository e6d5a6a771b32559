//go:build !linux && !darwin

package tcphost

import "net"

// writeParts leaves everything to the writer: a write that does not block is not to be had here.
func writeParts(uintptr, [][]byte) (n int, again bool, err error) { return 0, true, nil }

// writeAll writes everything, and waits for the socket where it must.
func (s *stream) writeAll(o *outgoing) error {
	parts := net.Buffers(o.parts[o.first:])
	n, err := parts.WriteTo(s.tcp)
	o.size -= int(n)
	return err
}
