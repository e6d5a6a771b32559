package guard

import "strata/network"

// meter follows the frames of one direction of a connection, without keeping any of them.
type meter struct {
	header   [network.HeaderSize]byte
	have     uint8 // bytes of the header that have come
	size     int   // of the frame's payload, once the header is whole
	left     int   // of it, still to come
	bytes    uint64
	messages uint64
}

// scan goes through the piece until it ends or so many messages have. It returns the bytes gone
// through, the messages that ended in them, and whether the last bytes are a header that
// announces more than maxFrame.
func (m *meter) scan(piece []byte, messages, maxFrame int) (n, whole int, tooBig bool) {
	for n < len(piece) && whole < messages {
		if m.have < network.HeaderSize {
			k := copy(m.header[m.have:], piece[n:])
			m.have += uint8(k)
			n += k
			if m.have < network.HeaderSize {
				break
			}
			size := network.PayloadSize(m.header[:])
			if uint64(size) > uint64(maxFrame) {
				tooBig = true
				break
			}
			m.size, m.left = int(size), int(size)
		}
		k := min(m.left, len(piece)-n)
		n, m.left = n+k, m.left-k
		if m.left == 0 {
			m.have, m.size = 0, 0
			whole++
		}
	}
	m.bytes += uint64(n)
	m.messages += uint64(whole)
	return n, whole, tooBig
}

// inside says whether a frame has begun and not ended.
func (m *meter) inside() bool { return m.have > 0 }

// kept is the memory of the frame under way, which the layer above keeps until it is whole. It may take four
// times what has come, to grow seldom, but never more than the frame.
func (m *meter) kept() int { return min(m.size, 4*(m.size-m.left)) }
