package sim

import "unsafe"

// payload is what one event carries: the two slices of one Write, or parts of them, without their
// capacities, which are no business of the receiver.
type payload struct {
	head, body         *byte
	headSize, bodySize uint32
}

func payloadOf(head, body []byte) payload {
	if uint64(len(head)) > maxWrite || uint64(len(body)) > maxWrite {
		panic("sim: more than 4 GiB in one Write")
	}
	return payload{unsafe.SliceData(head), unsafe.SliceData(body), uint32(len(head)), uint32(len(body))}
}

const maxWrite = 1<<32 - 1

// parts are the two slices again.
func (p *payload) parts() (head, body []byte) {
	return unsafe.Slice(p.head, p.headSize), unsafe.Slice(p.body, p.bodySize)
}

// joined is a copy of both in one slice.
func (p *payload) joined() []byte {
	head, body := p.parts()
	b := make([]byte, 0, len(head)+len(body))
	return append(append(b, head...), body...)
}

// slab keeps the payloads under way, out of the events, each at the place that its event names.
// TotalOrder has one; under Windows they travel in the outboxes.
type slab struct {
	places []payload
	free   []uint32
}

// touch reads the payloads of pieces, see Net.touch.
func (s *slab) touch(events []event) uint32 {
	var sum uint32
	for i := range events {
		if e := &events[i]; e.isPiece() {
			sum += s.places[e.ref].headSize
		}
	}
	return sum
}

// store puts a payload into a free place.
func (s *slab) store(p payload) uint32 {
	if last := len(s.free) - 1; last >= 0 {
		ref := s.free[last]
		s.free = s.free[:last]
		s.places[ref] = p
		return ref
	}
	s.places = append(s.places, p)
	return uint32(len(s.places) - 1)
}

// load takes a payload out and frees its place.
func (s *slab) load(ref uint32) payload {
	p := s.places[ref]
	s.places[ref] = payload{}
	s.free = append(s.free, ref)
	return p
}
