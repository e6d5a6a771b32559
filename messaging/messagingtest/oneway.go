package messagingtest

import (
	"errors"

	"strata/messaging"
	"strata/network"
	"strata/scenario"
)

// oneWay: the peer gets the request, but nothing comes back from it; when that is over the
// connection fails. The request that timed out has ended, the younger one ends then.
func (b bench) oneWay(w scenario.World) {
	p := b.node(w, 0, messaging.Config{Timeout: timeout}, nil)
	other := b.node(w, 1, messaging.Config{Timeout: timeout}, func(m messaging.Messaging) { b.mustHandle(w, m, "k", echo("re ")) })
	w.Inject(scenario.Fault{Kind: scenario.Cut, At: later, For: 2 * later, A: []network.Addr{other.addr}, B: []network.Addr{p.addr}})
	var id network.ConnID
	var heard, timedOut, cut *answer
	both := w.Sometimes("of two requests to a peer that is not heard one ended by the time, one with the connection")
	p.connect(other.addr, "dial and ask", func(to network.ConnID) { id, heard = to, p.request(to, "k", "before") })
	w.At(later+soon, p.addr, "ask one who can not be heard", func() { timedOut = p.request(id, "k", "lost") })
	w.At(2*later+soon, p.addr, "ask again", func() { cut = p.request(id, "k", "lost, too") })
	w.At(2*end-soon, p.addr, "look at the answers", func() {
		if heard == nil || timedOut == nil || cut == nil {
			return
		}
		both(errors.Is(timedOut.err, messaging.ErrTimeout) && errors.Is(cut.err, network.ErrClosed))
		p.ended("MSG-7", "re before", nil, heard)
		p.ended("MSG-7", "", messaging.ErrTimeout, timedOut)
		p.ended("MSG-7", "", network.ErrClosed, cut)
		if len(p.disconnected) != 1 {
			w.Fail("MSG-7", "expected 1 disconnect event, got %d", len(p.disconnected))
		}
		if n := w.Usage(p.addr).Timers; n > 0 {
			w.Fail("MSG-7", "expected no timer of a request that has ended, got %d", n)
		}
	})
}

// floodedWith: a peer answers what was never asked, many times, and asks what is never answered:
// neither leaves anything behind at the node.
func (b bench) floodedWith(w scenario.World) {
	var a *answer
	flooded := w.Sometimes("the flood came, false responses to every small id, while a request waited")
	p := b.node(w, 0, messaging.Config{}, func(m messaging.Messaging) {
		b.mustHandle(w, m, "silent", func(network.ConnID, []byte) ([]byte, bool) {
			flooded(a != nil && a.calls == 0)
			return nil, false
		})
	})
	asked, flooder := scenario.NewRaw(w, 1, true), scenario.NewRaw(w, 2, true)
	var messages []string
	for i := range uint32(200) {
		messages = append(messages, message(response, i, "", "never asked"), message(request, i, "silent", ""), message(request, i, "unknown", ""))
	}
	tell(flooder, p.addr, "flood the node", messages...)
	asked.OnFrame = func(l *scenario.Line, got string) {
		l.Raw.Host.After(2*soon, func() { l.Send("\x02" + got[1:5] + "\x00right") })
	}
	p.connect(asked.Addr, "dial and ask", func(id network.ConnID) { a = p.request(id, "k", "") })
	w.At(end-soon, p.addr, "look at the answer and at what is left", func() {
		if a == nil {
			return
		}
		p.ended("MSG-8", "right", nil, a)
		if u := w.Usage(p.addr); u.Timers > 0 || u.Streams != 2 {
			w.Fail("MSG-8", "expected two connections and no timer after a flood of responses, got %d and %d", u.Streams, u.Timers)
		}
		if n := len(flooder.Heard()); n > 0 {
			w.Fail("MSG-6", "expected no answer to the flood, got %d", n)
		}
	})
}
