package orders

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"strata/messaging"
	"strata/messaging/messagingtest"
	"strata/network"
	"strata/scenario"
)

// asker asks servers, over one connection each.
type asker struct {
	w     scenario.World
	addr  network.Addr
	net   network.Network
	msg   messaging.Messaging
	conns [2]network.ConnID
	ended map[string]int // how often each request ended
	lost  int            // requests that ended without an answer
}

const question messaging.Kind = "question"

// asker adds node 0, which is connected with the servers, nodes 1 to n.
func (s suite) asker(w scenario.World, servers int, cfg messaging.Config) *asker {
	node := &asker{w: w, addr: w.Addr(0)}
	w.Node(node.addr, func(h network.Host) {
		node.conns, node.ended, node.lost = [2]network.ConnID{}, make(map[string]int), 0
		node.net, node.msg = s.msg(h, node.addr, cfg)
		scenario.Must(node.msg.Start(nil))
	})
	for i := range servers {
		w.At(time.Duration(i+1)*Ready/4, node.addr, "dials", func() {
			node.net.Dial(w.Addr(i+1), func(id network.ConnID, _ error) { node.conns[i] = id })
		})
		// The servers listen from the start; the dials are in the part that is taken in one order.
		s.server(w, i+1)
	}
	return node
}

// server answers every question with it and its own number.
func (s suite) server(w scenario.World, number int) {
	w.Node(w.Addr(number), func(h network.Host) {
		_, msg := s.msg(h, w.Addr(number), messaging.Config{})
		scenario.Must(msg.Handle(question, func(_ network.ConnID, payload []byte) ([]byte, bool) {
			return fmt.Appendf(nil, "%s from %d", payload, number), true
		}))
		scenario.Must(msg.Start(nil))
	})
}

// ask asks server i, and checks that the request ends once, with its own answer or one of these
// errors. then may be nil.
func (a *asker) ask(i int, text string, then func(), allowed ...error) {
	a.ended[text] += 0
	a.msg.Request(a.conns[i], question, []byte(text), func(reply []byte, err error) {
		if a.ended[text]++; a.ended[text] > 1 {
			a.w.Fail(messagingtest.MSG7Once, "expected that request %q ends once, got end number %d: %q, error %v",
				text,
				a.ended[text], reply, err)
		}
		if err != nil {
			a.lost++
		}
		switch want := fmt.Sprintf("%s from %d", text, i+1); {
		case err == nil && string(reply) != want:
			a.w.Fail(messagingtest.MSG8Belongs, "expected the answer %q to request %q, got %q", want, text, reply)
		case err != nil && !oneOf(err, allowed...):
			a.w.Fail(messagingtest.MSG7Ends,
				"expected request %q to end with its answer or one of the errors %v, got the error %v",
				text, allowed, err)
		}
		if then != nil {
			then()
		}
	})
}

// settled checks that every request has ended once.
func (a *asker) settled() {
	a.w.Show(a.addr, func() string { return fmt.Sprintf("how often each request ended: %v", a.ended) })
	a.w.Ends(a.addr, messagingtest.MSG7Once, func() error {
		for _, text := range slices.Sorted(maps.Keys(a.ended)) {
			if times := a.ended[text]; times != 1 {
				return At(a.addr, fmt.Errorf("expected that request %q ends once, got %d ends", text, times))
			}
		}
		return nil
	})
}

// replies: one node asks two others twice each, and once more when it has an answer; the requests have
// the same ids on both connections. In whatever order the answers come, each goes to its own request.
func (s suite) replies(w scenario.World) {
	node := s.asker(w, 2, messaging.Config{})
	for i := range 2 {
		w.At(Ready, node.addr, fmt.Sprintf("asks node %d", i+1), func() {
			node.ask(i, fmt.Sprintf("first %d", i), nil, network.ErrClosed)
			node.ask(i, fmt.Sprintf("second %d", i), func() {
				node.ask(i, fmt.Sprintf("third %d", i), nil, network.ErrClosed)
			}, network.ErrClosed)
		})
	}
	node.settled()
	w.Ends(node.addr, messagingtest.MSG7Ends, func() error {
		return At(node.addr, Is("requests without an answer:",
			node.lost, 0))
	})
}

// endings: answers meet timeouts and the asker's close, and the link may fail. Each request ends once,
// by whichever comes first, also one that is made in the callback of another.
func (s suite) endings(w scenario.World) {
	node := s.asker(w, 1, messaging.Config{Timeout: 500 * time.Millisecond})
	allowed := []error{messaging.ErrTimeout, network.ErrClosed}
	w.At(Ready, node.addr, "asks twice", func() {
		node.ask(0, "first", func() { node.ask(0, "again", nil, allowed...) }, allowed...)
		node.ask(0, "second", nil, allowed...)
	})
	// Later than both timeouts, unless the explorer lets it come early.
	w.At(Ready+time.Second, node.addr, "closes", func() { node.net.Close(node.conns[0]) })
	node.settled()
}
