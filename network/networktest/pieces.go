package networktest

import (
	"encoding/binary"

	"strata/network"
	"strata/scenario"
)

// pieces looks at how a host's bytes are cut: pieces that end inside a header, or bring several
// messages, are what framing has to be right about. It changes nothing, and tells the self-check that the
// seeds of a scenario do lead there: without it a network that never cuts would prove every framing right.
type pieces struct {
	network.Host
	inHeader, several func(bool) // see Sometimes
}

// cuts declares what a scenario with fragmentation is for, and stands before the node's host.
func cuts(w scenario.World) func(network.Host) network.Host {
	inHeader, several := w.Sometimes("a piece ended inside a header"), w.Sometimes("a piece brought several messages")
	return func(h network.Host) network.Host { return pieces{h, inHeader, several} }
}

// Listen looks at the streams that are accepted.
func (p pieces) Listen(addr network.Addr, accept func(network.Stream)) (network.Listener, error) {
	return p.Host.Listen(addr, func(s network.Stream) { accept(cutStream{s, p}) })
}

// Dial looks at the stream that is opened.
func (p pieces) Dial(to network.Addr, done func(network.Stream, error)) {
	p.Host.Dial(to, func(s network.Stream, err error) {
		if err == nil {
			s = cutStream{s, p}
		}
		done(s, err)
	})
}

// cutStream and cutReceiver stand between a stream and the layer. Only the way in is looked at.
type cutStream struct {
	network.Stream
	pieces pieces
}

// Deliver puts the counter before the receiver.
func (s cutStream) Deliver(r network.Receiver) { s.Stream.Deliver(&cutReceiver{r, s.pieces, nil}) }

type cutReceiver struct {
	network.Receiver
	pieces pieces
	rest   []byte // that is no whole frame yet
}

// Receive counts the messages of the piece.
func (r *cutReceiver) Receive(piece []byte) {
	r.rest = append(r.rest, piece...)
	// What is left after the whole frames is a part of a header, or a header and a part of its payload.
	messages := 0
	for len(r.rest) >= 4 && len(r.rest)-4 >= int(binary.BigEndian.Uint32(r.rest)) {
		r.rest = r.rest[4+int(binary.BigEndian.Uint32(r.rest)):]
		messages++
	}
	r.pieces.inHeader(len(r.rest) > 0 && len(r.rest) < 4)
	r.pieces.several(messages > 1)
	r.Receiver.Receive(piece)
}
