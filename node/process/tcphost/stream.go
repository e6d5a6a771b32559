package tcphost

import (
	"errors"
	"io"
	"net"
	"sync/atomic"
	"syscall"
	"time"

	"strata/network"
)

const (
	maxWaiting = 512 << 10   // bytes read that the loop has not taken; more makes the reader wait
	maxUnread  = 16 << 20    // the same of all streams together: strangers are many
	lastWords  = time.Second // that a closed stream with TLS has to write what waits
	flushAt    = 256 << 10   // bytes written in one turn that are handed over before it ends
)

// stream implements network.Stream.
type stream struct {
	host     *host
	conn     net.Conn
	tcp      *net.TCPConn      // below conn, or conn itself
	raw      syscall.RawConn   // of tcp
	sealed   *sealed           // between conn and tcp; nil: conn is plain TCP
	key      network.PublicKey // that the far end has proved,
	known    bool              // if it has
	receiver network.Receiver  // nil before Deliver

	// Outgoing; the loop alone touches it, except for writing.
	out        outgoing     // not handed over yet
	dirty      bool         // in the loop's list of streams to flush
	writing    atomic.Int64 // bytes that the writer goroutine has still to write
	hasWriter  bool         // there is one: whatever comes now has to wait for it
	broken     bool         // a write has failed: the reader will report the end
	lingers    bool         // closed, and the socket is closed when the writer has written what it has
	closed     bool         // closed or ended: nothing is told or taken any longer
	tryWriting func(fd uintptr) bool

	// Incoming. The loop's mu guards it, except batch.
	in      [][]byte      // pieces that the loop has not taken
	waiting int           // their bytes
	gone    bool          // closed: nothing is brought any longer, and nobody would let the reader go
	isReady bool          // in the loop's list of streams with input
	atEnd   bool          // the reader has ended,
	endErr  error         // for this reason
	resume  chan struct{} // lets the waiting reader go on; nil if it does not wait
	batch   [][]byte      // pieces that the loop has taken
	ending  bool          // whether batch is all that comes
}

func newStream(h *host, conn *net.TCPConn) *stream {
	s := &stream{host: h, conn: conn, tcp: conn}
	s.raw, _ = conn.SyscallConn() // fails only for a nil connection
	s.tryWriting = func(fd uintptr) bool { s.write(fd); return true }
	return s
}

// Deliver starts the reader.
func (s *stream) Deliver(to network.Receiver) {
	if s.receiver != nil {
		panic("tcphost: Deliver called twice on one stream")
	}
	s.receiver = to
	if !s.closed {
		s.host.loop.start(s.read)
	}
}

// Remote is the socket's other end.
func (s *stream) Remote() network.Addr { return network.Addr(s.conn.RemoteAddr().String()) }

// Key is network.Stream's.
func (s *stream) Key() (network.PublicKey, bool) { return s.key, s.known }

// Close hands over what the socket takes at once, then closes it.
func (s *stream) Close() {
	if s.closed {
		return
	}
	s.flush()
	if s.hasWriter && s.sealed != nil { // what is encrypted is in its hands
		s.tcp.SetWriteDeadline(time.Now().Add(lastWords))
		s.lingers = true
	}
	s.end()
}

// reset closes the socket so that the peer sees a failure.
func (s *stream) reset() {
	if s.closed {
		return
	}
	s.tcp.SetLinger(0)
	s.end()
}

// end closes the socket, which ends the reader and the writer, and forgets the stream.
func (s *stream) end() {
	s.closed = true
	delete(s.host.streams, s)
	s.discard()
	if !s.lingers {
		s.conn.Close()
	}
	s.release()
}

// deliver hands the pieces of this turn to the receiver, and then the end, if that has come.
func (s *stream) deliver() {
	for i, piece := range s.batch {
		s.batch[i] = nil
		if !s.closed {
			s.receiver.Receive(piece[:len(piece):len(piece)])
			s.host.loop.afterCallback()
		}
	}
	if s.ending && !s.closed {
		s.end()
		s.receiver.Ended(endReason(s.endErr))
		s.host.loop.afterCallback()
	}
}

// endReason is what Ended says of a reader's last error.
func endReason(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return asHostError(err)
}
