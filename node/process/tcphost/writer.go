package tcphost

const (
	segmentSize = 16 << 10 // bytes; small writes are collected in segments of this size
	largeBody   = 8 << 10  // bytes; a body as large is handed to the socket from where it is
	keptSegment = 64       // most segments that wait for their next use
)

// outgoing is what waits to be written, in order.
type outgoing struct {
	parts    [][]byte // segments and large bodies
	first    int      // of the parts that is not written yet
	segments [][]byte // the segments among them, to be given back
	size     int      // bytes
	room     bool     // the last part is a segment that may not be full
	sealed   bool     // the parts are records of TLS
}

// segmentPool keeps segments that nobody uses, so that idle streams need none. The loop alone
// touches it.
type segmentPool struct{ free [][]byte }

func (p *segmentPool) take() []byte {
	if last := len(p.free) - 1; last >= 0 {
		segment := p.free[last]
		p.free = p.free[:last]
		return segment
	}
	return make([]byte, 0, segmentSize)
}

func (p *segmentPool) give(segments [][]byte) {
	for _, segment := range segments {
		if len(p.free) < keptSegment {
			p.free = append(p.free, segment[:0])
		}
	}
	clear(segments)
}

// add appends bytes: copied, or as they are if they are many.
func (o *outgoing) add(b []byte, pool *segmentPool) {
	if len(b) >= largeBody {
		o.addWhole(b)
		return
	}
	o.size += len(b)
	for len(b) > 0 {
		if !o.room {
			segment := pool.take()
			o.segments = append(o.segments, segment)
			o.parts, o.room = append(o.parts, segment), true
		}
		last := &o.parts[len(o.parts)-1]
		n := min(len(b), cap(*last)-len(*last))
		*last = append(*last, b[:n]...)
		b = b[n:]
		o.room = len(*last) < cap(*last)
	}
}

// addWhole appends bytes as they are.
func (o *outgoing) addWhole(b []byte) {
	o.parts, o.size, o.room = append(o.parts, b), o.size+len(b), false
}

// drop removes the first n bytes, which have been written.
func (o *outgoing) drop(n int) {
	o.size -= n
	for n > 0 {
		part := o.parts[o.first]
		if n < len(part) {
			o.parts[o.first] = part[n:]
			return
		}
		n -= len(part)
		o.parts[o.first] = nil
		o.first++
	}
}

// reset empties it and gives the segments back.
func (o *outgoing) reset(pool *segmentPool) {
	clear(o.parts)
	pool.give(o.segments)
	*o = outgoing{parts: o.parts[:0], segments: o.segments[:0]}
}

// Write queues the two slices; the end of the turn hands them over, or Write itself if much waits.
func (s *stream) Write(head, body []byte) {
	if s.closed || s.broken {
		return
	}
	l := s.host.loop
	s.out.add(head, &l.segments)
	s.out.add(body, &l.segments)
	if s.out.size >= flushAt {
		s.flush()
	} else if !s.dirty && s.out.size > 0 {
		s.dirty = true
		l.dirty = append(l.dirty, s)
	}
}

// Queued counts what waits here and what waits in the writer's hands.
func (s *stream) Queued() int { return s.out.size + int(s.writing.Load()) }

// flush hands over what waits, as far as the socket takes it. The rest is the writer's, who waits
// until the socket takes more; until it is done, whatever comes is left for the next flush.
func (s *stream) flush() {
	if s.hasWriter || s.closed || s.out.size == 0 {
		return
	}
	if s.sealed != nil && s.out.size > sealAtOnce {
		s.startWriter()
		return
	}
	if s.sealed != nil && s.seal() != nil || s.raw.Write(s.tryWriting) != nil {
		s.broken = true
	}
	if s.broken {
		s.discard()
		return
	}
	if s.out.size == 0 {
		s.out.reset(&s.host.loop.segments)
		return
	}
	s.startWriter()
}

// write is tried once by flush, on the loop.
func (s *stream) write(fd uintptr) {
	for s.out.size > 0 {
		n, again, err := writeParts(fd, s.out.parts[s.out.first:])
		if err != nil {
			s.broken = true
			return
		}
		s.out.drop(n)
		if again {
			return
		}
	}
}

// startWriter gives all that waits to a new goroutine.
func (s *stream) startWriter() {
	rest := s.out
	s.out = outgoing{}
	s.hasWriter = true
	s.writing.Store(int64(rest.size))
	s.host.loop.start(func() {
		err := s.writeRest(&rest)
		s.writing.Store(0)
		over := func() { s.conn.Close() } // the loop ends: the socket is closed, or lingered for this writer
		if !s.host.loop.post(call{run: func() { s.writerDone(&rest, err) }, drop: over}) {
			over()
		}
	})
}

// writeRest writes everything, and waits for the socket where it must.
func (s *stream) writeRest(o *outgoing) error {
	if s.sealed != nil && !o.sealed {
		return s.writeSealed(o)
	}
	return s.writeAll(o)
}

// writerDone goes on where the writer has ended.
func (s *stream) writerDone(rest *outgoing, err error) {
	s.hasWriter = false
	rest.reset(&s.host.loop.segments)
	if s.lingers {
		s.conn.Close()
		return
	}
	if err != nil {
		s.broken = true
		s.discard()
		return
	}
	s.flush()
}

// discard throws away what waits. A writer at work keeps what it has.
func (s *stream) discard() { s.out.reset(&s.host.loop.segments) }
