package sim

import "strata/network"

// streamEvent handles what arrives from a peer. What is for an end that is gone is dropped.
func (nd *node) streamEvent(e *event) bool {
	kind := e.order & kindMask
	if kind == kindOpen {
		return nd.opened(e)
	}
	s := nd.find(e)
	if s == nil {
		nd.stray(e, kind)
		return false
	}
	switch kind {
	case kindAccepted:
		return nd.accepted(s, e)
	case kindFlush:
		return nd.flush(s)
	case kindEnd:
		return nd.peerClosed(s)
	case kindRefused:
		return nd.fail(s, kind, network.ErrRefused)
	default:
		return nd.fail(s, kind, network.ErrReset)
	}
}

// find is the end that the event is for, or nil if it is gone.
func (nd *node) find(e *event) *stream {
	if int(e.slot) < len(nd.streams) {
		if s := nd.streams[e.slot]; s != nil && s.in == e.ident() {
			return s
		}
	}
	return nil
}

// stray handles what is for an end that is gone: only an acceptance needs an answer, for the
// other end does not know yet.
func (nd *node) stray(e *event, kind uint64) {
	if kind == kindAccepted {
		from := e.ident()
		reply := direction(nd.index, false, from.number())
		nd.answer(reply.order(kindReset), nd.net.nodes[from.source()], e.ref)
	}
}

// pieceArrives hands the bytes over, unless they are held back to be joined with the next.
func (nd *node) pieceArrives(e *event, p *payload) bool {
	s := nd.find(e)
	if s == nil || s.receiver() == nil {
		return false // the end is gone, or Deliver was not called
	}
	if nd.net.cfg.Fragment && nd.join(s, p) {
		return false
	}
	head, body := p.parts()
	nd.fold(e.order, len(head)+len(body))
	if nd.net.cfg.CheckPayloads {
		head, body = apart(head, body)
	}
	if nd.net.watched {
		nd.traceBytes(TraceReceive, s, head, body)
		nd.watch(head, body, sum(head), sum(body), received, s)
	}
	if len(head) > 0 {
		s.receiver().Receive(head)
		nd.settle()
		if s.state() != open {
			return true // closed meanwhile: the receiver hears nothing more
		}
	}
	if len(body) > 0 {
		s.receiver().Receive(body)
		nd.settle()
	}
	return true
}

// apart are copies: what one node wrote is no memory of another's, in which they could leave each other words
// between two looks of the ledger.
func apart(head, body []byte) (ownHead, ownBody []byte) {
	own := make([]byte, len(head)+len(body))
	n := copy(own, head)
	copy(own[n:], body)
	return own[:n:n], own[n:]
}

// peerClosed ends the stream in good order, after everything that is still held back.
func (nd *node) peerClosed(s *stream) bool {
	if nd.flush(s) && s.state() != open {
		return true
	}
	return nd.fail(s, kindEnd, nil)
}

// fail ends the stream or the dial, and tells the node's code.
func (nd *node) fail(s *stream, kind uint64, reason error) bool {
	nd.fold(s.in.order(kind), 0)
	what := TraceReset
	switch {
	case s.state() == dialing:
		what = TraceRefuse
	case reason == nil:
		what = TraceEnd
	}
	nd.trace(what, s, 0)
	to := s.receiver()
	s.forget()
	if to == nil {
		return false
	}
	to.Ended(reason)
	nd.settle()
	return true
}
