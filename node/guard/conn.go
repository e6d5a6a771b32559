package guard

import (
	"time"

	"strata/network"
)

// conn is one connection: a network.Stream to the layer above, and the network.Receiver of the
// host's stream.
type conn struct {
	// What every piece needs comes first, in few cache lines.
	g               *Guard
	to              network.Receiver // nil before Deliver
	bytes, messages *bucket          // the source's; if it is exempt or a member the connection's own
	over            bool             // nothing comes and goes any longer
	handling        bool             // within Receive of the layer above
	left            bool             // the layer above has closed it, and hears nothing more
	last            bool             // held is all that comes: the stream has ended
	in              meter
	held            []byte    // wait for their turn
	began           time.Time // when the frame under way has begun, or the wait for the first one
	stream          network.Stream
	out             meter

	source  *source
	remote  network.Addr
	dialled network.Addr // whom we dialled; empty: somebody dialled us
	name    network.Addr // by what it wants to be known; may be empty
	since   time.Time
	turn    network.TimerID // when held goes on
	reason  error           // of the end, if it is the last
}

// longQueue is from how many bytes on a connection's own memory makes the guard look at that of all. A
// peer with so much to take is slow, not wrong: closing it is no sign of an offence.
const longQueue = 64 << 10

// shortest is the shortest wait of what is held, so that a stream of small pieces does not mean as many
// timers.
const shortest = 10 * time.Millisecond

func (g *Guard) newConn(s network.Stream, source *source) *conn {
	now := g.host.Now()
	c := &conn{g: g, stream: s, source: source, remote: s.Remote(), since: now, began: now}
	c.limit()
	g.opened(c)
	return c
}

// limit gives the connection the buckets of its source.
func (c *conn) limit() {
	switch cfg := &c.g.cfg; {
	case c.source.member:
		c.bytes, c.messages = new(newBucket(maxRate, time.Second, maxBurst)), new(newBucket(maxRate, time.Second, maxBurst))
	case c.source.exempt:
		c.bytes, c.messages = new(newBucket(cfg.Bytes, time.Second, cfg.Burst)), new(newBucket(cfg.Messages, time.Second, cfg.Burst))
	default:
		c.bytes, c.messages = &c.source.bytes, &c.source.messages
	}
}

// Touch reads what the next piece will need, and does nothing else. A host that has pieces for many nodes at hand calls it for
// all of them before it delivers the first, so that their memory comes in together. What it returns means nothing.
func (c *conn) Touch() uint32 {
	return uint32(c.in.left+len(c.held)+c.out.left) + uint32(c.bytes.rate+c.messages.rate) + uint32(c.g.cfg.MaxFrame)
}

func (c *conn) incoming() bool { return c.dialled == "" }

// handle calls f, which acts for the connection's far end.
func (g *Guard) handle(c *conn, f func()) {
	before := g.current
	g.current = c
	f()
	g.current = before
}

// Deliver is network.Stream's.
func (c *conn) Deliver(to network.Receiver) {
	c.to = to
	if !c.over {
		c.stream.Deliver(c)
	}
}

// Key is network.Stream's.
func (c *conn) Key() (network.PublicKey, bool) { return c.stream.Key() }

// Remote is network.Stream's.
func (c *conn) Remote() network.Addr { return c.remote }

// Queued is network.Stream's.
func (c *conn) Queued() int { return c.stream.Queued() }

// Write counts what goes out.
func (c *conn) Write(head, body []byte) {
	if c.over {
		return
	}
	c.g.atRest = false
	for _, b := range [2][]byte{head, body} {
		c.out.scan(b, len(b), network.MaxFrameLimit)
	}
	c.stream.Write(head, body)
	if c.stream.Queued() > longQueue {
		c.g.relieve()
	}
}

// Close is the layer's way to say that it has had enough: see the package's comment.
func (c *conn) Close() {
	c.left = true
	if c.over {
		return
	}
	polite := !c.incoming() && c.in.messages <= 1
	if c.handling && !polite && c.stream.Queued() < longQueue {
		c.g.penalise(c, Protocol)
	}
	c.forget()
}

// forget ends the connection, unless it has ended.
func (c *conn) forget() {
	if c.over {
		return
	}
	c.over, c.held = true, nil
	c.g.host.Cancel(c.turn)
	c.g.closed(c)
	c.stream.Close()
}

// end ends the connection from this side. To the layer above it is a link that failed, and it is
// told in a callback of its own: it may be in the middle of something.
func (c *conn) end(reason error) {
	if c.over {
		return
	}
	c.forget()
	c.g.host.After(0, func() {
		if c.to != nil && !c.left {
			c.to.Ended(reason)
		}
	})
}

// Receive is network.Receiver's.
func (c *conn) Receive(piece []byte) {
	if c.over {
		return
	}
	c.g.atRest = false
	if len(c.held) == 0 {
		piece = c.pass(piece)
	}
	if len(piece) > 0 && !c.over {
		c.hold(piece)
	}
	if c.keeps() > 0 && c.memory() > longQueue {
		c.g.relieve()
	}
}

// pass hands over as much of the piece as the limits allow, and returns the rest.
func (c *conn) pass(piece []byte) (rest []byte) {
	g := c.g
	for len(piece) > 0 && !c.over {
		now := g.host.Now()
		allowed, bytes := c.messages.room(now), c.bytes.room(now)
		if allowed == 0 || bytes == 0 {
			return piece
		}
		if c.in.messages == 0 {
			allowed = 1 // by itself: see Close
		}
		wasInside := c.in.inside()
		n, whole, tooBig := c.in.scan(piece[:min(bytes, len(piece))], allowed, g.cfg.MaxFrame)
		if whole > 0 || !wasInside && c.in.messages > 0 {
			c.began = now
		}
		c.bytes.take(now, n)
		c.messages.take(now, whole)
		c.give(piece[:n:n], tooBig)
		piece = piece[n:]
	}
	return nil
}

// give hands bytes to the layer above. A header that is too big is the end: the layer closes, and
// if it does not, nothing more comes.
func (c *conn) give(piece []byte, tooBig bool) {
	if tooBig {
		c.g.penalise(c, TooBig)
	}
	if c.over {
		return
	}
	c.handling = !tooBig // it is to close, and that is not a second offence
	c.g.handle(c, func() { c.to.Receive(piece) })
	c.handling = false
	if tooBig {
		c.end(network.ErrFrameTooBig)
	}
}

// hold keeps bytes until it is their turn: a copy, for a piece may be a small part of a large
// chunk.
func (c *conn) hold(piece []byte) {
	if len(c.held)+len(piece) > c.g.cfg.MaxHeld {
		c.g.penalise(c, Flood)
		c.end(ErrFlood)
		return
	}
	if len(c.held) == 0 {
		c.wait()
	}
	c.held = append(c.held, piece...)
}

// wait sets the timer for when something may be handed over.
func (c *conn) wait() {
	c.g.totals.Slowed++
	now := c.g.host.Now()
	c.turn = c.g.host.After(max(shortest, c.bytes.wait(now), c.messages.wait(now)), c.goOn)
}

// goOn hands over what has waited, as far as it may now.
func (c *conn) goOn() {
	c.held = c.pass(c.held)
	switch {
	case c.over:
		c.held = nil
	case len(c.held) > 0:
		c.wait()
	case c.last:
		c.finish()
	}
}

// Ended is network.Receiver's. What is held comes first.
func (c *conn) Ended(reason error) {
	if c.over {
		return
	}
	c.last, c.reason = true, reason
	if len(c.held) == 0 {
		c.finish()
	}
}

func (c *conn) finish() {
	c.forget()
	c.to.Ended(c.reason)
}

// overdue says whether a frame, or the wait for the first one, has taken too long. What is held here is not
// the peer's delay.
func (c *conn) overdue(now time.Time) bool {
	waits := c.in.inside() || c.in.messages == 0
	return waits && len(c.held) == 0 && now.Sub(c.began) > c.g.cfg.FrameWithin
}

// atRest says whether the connection cannot become overdue, and no bytes wait because of it, before something comes or
// goes.
func (c *conn) atRest() bool { return !c.in.inside() && c.in.messages > 0 && c.memory() == 0 }

// keeps is the bytes that have come and are not handed over.
func (c *conn) keeps() int { return len(c.held) + c.in.kept() }

// memory is the bytes that wait because of this connection.
func (c *conn) memory() int { return c.keeps() + c.stream.Queued() }
