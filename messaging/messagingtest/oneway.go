package messagingtest

import (
	"cmp"
	"fmt"

	"strata/messaging"
	"strata/network"
	"strata/scenario"
)

// oneWay cuts the way back from a peer for a time: it hears the requests, and nothing of what it says
// arrives; when the cut is over the connection fails. Of two requests in the silence the older one ends
// by its time, the younger one with the connection, and both ends are the right error. The request
// before the cut was answered.
func (b bench) oneWay(w scenario.World) {
	node := b.node(w, 0, messaging.Config{Timeout: timeout}, nil)
	other := b.node(w, 1, messaging.Config{Timeout: timeout}, func(m messaging.Messaging) {
		b.mustHandle(w, m, "k", echo("re "))
	})
	// The cut begins when the first answer has come. It is over, and the connection fails, when the time of the
	// second request is up and that of the third is not.
	w.Inject(scenario.Fault{Kind: scenario.Cut, At: later, For: 2 * later, A: []network.Addr{other.addr},
		B: []network.Addr{node.addr}})
	var id network.ConnID
	var heard, timedOut, cut *answer
	both := w.Sometimes("of two requests to a peer that is not heard one ended by the time, one with the connection")
	node.connect(other.addr, "dial and ask", func(to network.ConnID) {
		id, heard = to, node.request(to, "k", "before")
	})
	w.At(later+soon, node.addr, "ask one who can not be heard", func() { timedOut = node.request(id, "k", "lost") })
	w.At(2*later+soon, node.addr, "ask again", func() { cut = node.request(id, "k", "lost, too") })
	w.Ends(node.addr, MSG7Ends, func() error {
		if heard == nil || timedOut == nil || cut == nil {
			return nil
		}
		both(only(timedOut.err, messaging.ErrTimeout) && only(cut.err, network.ErrClosed))
		if n := len(node.disconnected); n != 1 {
			return fmt.Errorf("expected 1 disconnect event, got %d", n)
		}
		return cmp.Or(ended("re before", nil, heard), ended("", messaging.ErrTimeout, timedOut),
			ended("", network.ErrClosed, cut))
	})
}

// floodedWith has one peer send 200 responses to what was never asked, under every small id, and 400
// requests that nobody answers, while a request to another peer waits under one of these ids. It has to
// end with its own answer, nothing goes back to the flooder, and neither timers nor memory of requests
// stay behind.
func (b bench) floodedWith(w scenario.World) {
	var a *answer
	flooded := w.Sometimes("the flood came, false responses to every small id, while a request waited")
	node := b.node(w, 0, messaging.Config{}, func(m messaging.Messaging) {
		b.mustHandle(w, m, "silent", func(network.ConnID, []byte) ([]byte, bool) {
			flooded(a != nil && a.calls == 0)
			return nil, false
		})
	})
	asked, flooder := scenario.NewRaw(w, 1, true), scenario.NewRaw(w, 2, true)
	// Ids 0 to 199, each three times: as a response, as a request that its handler leaves unanswered, and as
	// one of a kind that nobody handles.
	var messages []string
	for i := range uint32(200) {
		messages = append(messages, message(response, i, "", "never asked"), message(request, i, "silent", ""),
			message(request, i, "unknown", ""))
	}
	tell(flooder, node.addr, "flood the node", messages...)
	asked.OnFrame = func(l *scenario.Line, got string) {
		l.Raw.Host.After(2*soon, func() { l.Send("\x02" + got[1:5] + "\x00right") })
	}
	node.connect(asked.Addr, "dial and ask", func(id network.ConnID) { a = node.request(id, "k", "") })
	w.Ends(node.addr, msg8Ignored, func() error {
		if a == nil {
			return nil
		}
		if u := w.Usage(node.addr); u.Timers > 1 || u.Streams != 2 { // one may be for all requests
			return fmt.Errorf("expected two connections and no timer after a flood of responses, got %d and %d",
				u.Streams, u.Timers)
		}
		return ended("right", nil, a)
	})
	w.AtEnd(msg6None, func() error {
		if n := len(flooder.Heard()); a != nil && n > 0 {
			return fmt.Errorf("expected no answer to the flood, got %d", n)
		}
		return nil
	})
}
