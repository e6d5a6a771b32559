//go:build linux || darwin

package tcphost

import "golang.org/x/sys/unix"

const maxParts = 64 // in one system call

// writeParts writes as much as the socket takes now. again says that it takes no more.
func writeParts(fd uintptr, parts [][]byte) (n int, again bool, err error) {
	for {
		if len(parts) == 1 {
			n, err = unix.Write(int(fd), parts[0])
		} else {
			n, err = unix.Writev(int(fd), parts[:min(len(parts), maxParts)])
		}
		switch err {
		case nil:
			return n, false, nil
		case unix.EAGAIN:
			return 0, true, nil
		case unix.EINTR:
			continue
		default:
			return 0, false, err
		}
	}
}

// writeAll writes everything, and waits for the socket where it must.
func (s *stream) writeAll(o *outgoing) error {
	var failed error
	err := s.raw.Write(func(fd uintptr) bool {
		for o.size > 0 {
			n, again, err := writeParts(fd, o.parts[o.first:])
			if err != nil {
				failed = err
				return true
			}
			o.drop(n)
			s.writing.Add(-int64(n))
			if again {
				return false
			}
		}
		return true
	})
	if failed != nil {
		return failed
	}
	return err
}
