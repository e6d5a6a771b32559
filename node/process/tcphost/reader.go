package tcphost

import (
	"strings"
	"unsafe"
)

// Chunks are what readers read into. They begin small, since most streams are idle most of the
// time, grow as long as reads fill them, and shrink again when little comes. A message that begins in one
// chunk and ends in the next has to be copied: that is why the largest are many times as large as one.
const (
	minChunk = 4 << 10
	maxChunk = 512 << 10
	minSpace = 512 // bytes; with less left in a chunk a new one is made

	calmReads = 8 // in a row that bring little: then the next chunk is small again
)

// read is the reader's goroutine: it reads until the stream ends.
func (s *stream) read() {
	size := chunkSize{bytes: minChunk}
	chunk := unzeroed(size.bytes)
	for fresh := true; ; fresh = false {
		if cap(chunk)-len(chunk) < minSpace || cap(chunk) > 4*size.bytes {
			chunk, fresh = unzeroed(size.bytes), true
		}
		space := chunk[len(chunk):cap(chunk)]
		n, err := s.conn.Read(space)
		chunk = chunk[:len(chunk)+n]
		size.read(n, len(space))
		if n > 0 {
			s.push(space[:n], fresh)
		}
		if err != nil {
			s.pushEnd(err)
			return
		}
	}
}

// unzeroed is an empty slice of at least that capacity, in memory that nobody has cleared: zeros that the socket
// writes over at once would be a fifteenth of what a stream of large messages costs. Only what was read is ever
// handed out.
func unzeroed(capacity int) []byte {
	var b strings.Builder
	b.Grow(capacity) // without zeros, unlike make
	b.WriteByte(0)   // an empty string has no address
	return unsafe.Slice(unsafe.StringData(b.String()), b.Cap())[:0]
}

// chunkSize is how large the next chunk will be.
type chunkSize struct {
	bytes  int
	little int // reads in a row that brought little
}

// read notes a read that brought n bytes where there was space for so many.
func (c *chunkSize) read(n, space int) {
	switch {
	case n == space:
		c.bytes, c.little = min(2*c.bytes, maxChunk), 0
	case n > c.bytes/16:
		c.little = 0
	default:
		if c.little++; c.little == calmReads {
			c.bytes, c.little = minChunk, 0
		}
	}
}

// push brings a piece to the loop, then waits if too much has been brought. A piece that follows
// the last one in the same chunk, and finds it still there, is joined to it.
func (s *stream) push(piece []byte, fresh bool) {
	l := s.host.loop
	l.mu.Lock()
	if s.gone {
		l.mu.Unlock()
		return // the next read says so
	}
	if last := len(s.in) - 1; last >= 0 && !fresh {
		s.in[last] = s.in[last][:len(s.in[last])+len(piece)]
	} else {
		s.in = append(s.in, piece)
	}
	s.waiting += len(piece)
	l.unread += len(piece)
	var resume chan struct{}
	if s.waiting >= maxWaiting || l.unread >= maxUnread { // it is in the inbox, and so let go with the next turn
		resume = make(chan struct{})
		s.resume = resume
	}
	s.readyAndUnlock()
	if resume != nil {
		<-resume
	}
}

// pushEnd brings the stream's end to the loop.
func (s *stream) pushEnd(err error) {
	s.host.loop.mu.Lock()
	s.atEnd, s.endErr = true, err
	s.readyAndUnlock()
}

// readyAndUnlock puts the stream into the loop's inbox and releases the loop's mu. If the loop
// sleeps, the reader takes a turn for it.
func (s *stream) readyAndUnlock() {
	l := s.host.loop
	if !s.isReady {
		s.isReady = true
		l.ready = append(l.ready, s)
	}
	assist := l.sleeping
	l.sleeping = false
	l.mu.Unlock()
	if assist {
		l.assist()
	}
}

// takeInput takes what the reader has brought. The loop calls it, with mu held.
func (s *stream) takeInput() {
	s.batch, s.in = s.in, s.batch[:0]
	s.host.loop.unread -= s.waiting
	s.waiting = 0
	s.isReady = false
	s.ending = s.atEnd
	s.letReaderGo()
}

// release lets a waiting reader find out that its stream is closed.
func (s *stream) release() {
	l := s.host.loop
	l.mu.Lock()
	s.gone = true
	s.letReaderGo()
	l.mu.Unlock()
}

func (s *stream) letReaderGo() {
	if s.resume != nil {
		close(s.resume)
		s.resume = nil
	}
}
