package tcphost

import (
	"errors"
	"net"
	"sync"
	"time"
)

const (
	sealAtOnce  = 16 << 10             // bytes that the loop encrypts and writes; more is a writer's, who has another core
	maxRecords  = 256 << 10            // bytes encrypted and not taken: more than the loop or a writer makes at a time
	alertWithin = 5 * time.Millisecond // that the last record has, that of the end
)

// sealed is the socket below TLS. From the handshake on what TLS writes is kept, and the stream writes it to the
// socket. So the loop encrypts and never waits for a socket. Nor does it wait for the reader, on whose goroutine TLS
// answers to a new key: such an answer goes out before what is encrypted next.
type sealed struct {
	*net.TCPConn

	mu       sync.Mutex
	collects bool // the handshake is over
	records  []byte
}

// errNotTaken ends a stream whose peer asks for new keys all the time.
var errNotTaken = errors.New("tcphost: TLS answers to more than is written")

// Write is TLS's, which writes one record after the other.
func (c *sealed) Write(record []byte) (int, error) {
	c.mu.Lock()
	if !c.collects {
		c.mu.Unlock()
		return c.TCPConn.Write(record)
	}
	defer c.mu.Unlock()
	if len(c.records) > maxRecords {
		c.TCPConn.Close()
		return 0, errNotTaken
	}
	c.records = append(c.records, record...)
	return len(record), nil
}

// Close is TLS's, which has written by then that it ends. If the socket does not take that at once, it goes unsaid.
func (c *sealed) Close() error {
	if last := c.take(); len(last) > 0 {
		c.SetWriteDeadline(time.Now().Add(alertWithin))
		_, _ = c.TCPConn.Write(last)
	}
	return c.TCPConn.Close()
}

// collect begins to keep what comes.
func (c *sealed) collect() {
	c.mu.Lock()
	c.collects = true
	c.mu.Unlock()
}

// take is what was kept.
func (c *sealed) take() []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	records := c.records
	c.records = nil
	return records
}

// seal encrypts what waits, in place of which the records wait then. Errors: those of TLS.
func (s *stream) seal() error {
	for s.out.size > 0 {
		if err := s.sealPart(&s.out); err != nil {
			return err
		}
	}
	s.out.reset(&s.host.loop.segments)
	s.out.addWhole(s.sealed.take())
	s.out.sealed = true
	return nil
}

// sealPart encrypts the first part, or as much of it as a segment has.
func (s *stream) sealPart(o *outgoing) error {
	part := o.parts[o.first]
	n, err := s.conn.Write(part[:min(len(part), segmentSize)])
	o.drop(n)
	return err
}

// writeSealed encrypts and writes everything, and waits for the socket where it must.
func (s *stream) writeSealed(o *outgoing) error {
	for o.size > 0 {
		before := o.size
		if err := s.sealPart(o); err != nil {
			return err
		}
		s.writing.Add(int64(o.size - before))
		var records outgoing
		records.addWhole(s.sealed.take())
		s.writing.Add(int64(records.size))
		if err := s.writeAll(&records); err != nil {
			return err
		}
	}
	return nil
}
