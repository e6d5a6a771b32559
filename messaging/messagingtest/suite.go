// Package messagingtest is the conformance suite of layer 2.
package messagingtest

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"strata/messaging"
	"strata/network"
	"strata/scenario"
)

// Suite is the conformance suite of layer 2, for the implementations that the stack names.
func Suite(stack messaging.Stack) []scenario.Scenario {
	b := bench{stack}
	return slices.Concat(b.dispatch(), b.requests(), b.endings())
}

// bench makes the scenarios for one stack.
type bench struct{ stack messaging.Stack }

// Times that the scenarios share. A simulated dial takes up to 0.3 s, a piece up to 0.15 s.
const (
	soon    = 100 * time.Millisecond  // everybody has booted
	later   = 1000 * time.Millisecond // whoever dialled soon is connected, and what was sent was answered
	end     = 2 * time.Second         // the same for what was begun later
	timeout = 1200 * time.Millisecond // of requests, where a scenario waits for it
)

// node is a node with the layer that is tested, and the network below it. It is the layer's
// watcher.
type node struct {
	w    scenario.World
	addr network.Addr
	host network.Host
	net  network.Network
	msg  messaging.Messaging

	connected      []network.ConnID
	disconnected   []network.ConnID
	onDisconnected func(id network.ConnID) // may be nil
}

// node adds a node at the n-th address, which listens there. handle registers its handlers; it may
// be nil.
func (b bench) node(w scenario.World, n int, cfg messaging.Config, handle func(m messaging.Messaging)) *node {
	p := &node{w: w, addr: w.Addr(n)}
	w.Node(p.addr, func(h network.Host) {
		netCfg, netErr := network.Config{Listen: p.addr, MaxFrame: maxFrame}.Complete()
		full, err := cfg.Complete()
		if err := errors.Join(netErr, err); err != nil {
			panic(err) // a scenario's slip
		}
		p.host = h
		p.net = b.stack.NewNetwork(h, netCfg)
		p.msg = b.stack.NewMessaging(h, p.net, full)
		if handle != nil {
			handle(p.msg)
		}
		if err := p.msg.Start(p); err != nil {
			w.Fail("MSG-1", "expected the node to start, got %v", err)
		}
	})
	return p
}

// maxFrame is the longest message that the scenarios' networks carry.
const maxFrame = 10_000

func (p *node) Connected(id network.ConnID, _ bool) { p.connected = append(p.connected, id) }

func (p *node) Disconnected(id network.ConnID, _ bool, _ error) {
	p.disconnected = append(p.disconnected, id)
	if p.onDisconnected != nil {
		p.onDisconnected(id)
	}
}

// connect lets the node dial soon and calls then with the connection's id.
func (p *node) connect(to network.Addr, what string, then func(id network.ConnID)) {
	p.w.At(soon, p.addr, what, func() {
		p.net.Dial(to, func(id network.ConnID, err error) {
			if err != nil {
				p.w.Fail("MSG-7", "expected that %s can be dialled, got %v", to, err)
				return
			}
			then(id)
		})
	})
}

// answer is how a request ended.
type answer struct {
	asked string // by whom what: "10.0.0.1:4000's request of kind k"
	calls int
	reply string
	err   error
	at    time.Duration
	then  func() // what the callback does besides; nil: nothing
}

// request sends a request and fails the world if it ends twice.
func (p *node) request(to network.ConnID, kind messaging.Kind, payload string) *answer {
	a := &answer{asked: fmt.Sprintf("%s's request of kind %s", p.addr, kind)}
	p.msg.Request(to, kind, []byte(payload), func(reply []byte, err error) {
		a.calls, a.reply, a.err, a.at = a.calls+1, string(reply), err, p.w.Now()
		if a.calls > 1 {
			p.w.Fail("MSG-7", "expected that %s ends once, got end number %d: %q, error %v", a.asked, a.calls, reply, err)
		}
		if a.then != nil {
			a.then()
		}
	})
	return a
}

// only is scenario.Only with the errors of this layer.
func only(err, want error) bool {
	return scenario.Only(err, want, messaging.ErrTimeout, messaging.ErrBadKind, messaging.ErrDuplicateKind)
}

// ended checks how requests ended: all with this error, or all with the reply, if err is nil.
func (p *node) ended(rule, reply string, err error, answers ...*answer) {
	for i, a := range answers {
		if a.calls != 1 || a.reply != reply || !only(a.err, err) {
			p.w.Fail(rule, "expected that request %d of %d ends once with %q, error %v; got %d ends, %q, error %v",
				i+1, len(answers), reply, err, a.calls, a.reply, a.err)
		}
	}
}

// dispatch is step messaging.1: a raw peer dials the node and sends messages.
func (b bench) dispatch() []scenario.Scenario {
	return []scenario.Scenario{
		scenario.New(scenario.Scenario{
			Name: "messaging/answer", Step: "messaging.1", Rules: []string{"MSG-1", "MSG-2", "MSG-6"}, For: end, RealTime: true,
			Title: "A request reaches its handler, and the reply goes back with the request's id.",
			Setup: b.answer,
		}),
		scenario.New(scenario.Scenario{
			Name: "messaging/reply-or-none", Step: "messaging.1", Rules: []string{"MSG-6"}, For: end, RealTime: true,
			Title: "An empty reply is sent, no reply is not, and each request is answered once.",
			Setup: b.replyOrNone,
		}),
		scenario.New(scenario.Scenario{
			Name: "messaging/kinds", Step: "messaging.1", Rules: []string{"MSG-1", "MSG-2"}, For: end, RealTime: true,
			Title: "Each message goes to the handler of its kind and to no other.",
			Setup: b.kinds,
		}),
		scenario.New(scenario.Scenario{
			Name: "messaging/one-handler", Step: "messaging.1", Rules: []string{"MSG-3", "MSG-2"}, For: end, RealTime: true,
			Title: "A kind has one handler; a second is refused and a bad kind too.",
			Setup: b.oneHandler,
		}),
		scenario.New(scenario.Scenario{
			Name: "messaging/unknown-kind", Step: "messaging.1", Rules: []string{"MSG-4"}, For: end, RealTime: true,
			Title: "A message of an unknown kind is ignored and its connection lives.",
			Setup: b.unknownKind,
		}),
		scenario.New(scenario.Scenario{
			Name: "messaging/regular", Step: "messaging.1", Rules: []string{"MSG-5"}, For: end, RealTime: true,
			Title: "A regular message is handled and never answered.",
			Setup: b.regular,
		}),
		scenario.New(scenario.Scenario{
			Name: "messaging/malformed", Step: "messaging.1", Rules: []string{"MSG-10"}, For: end, RealTime: true,
			Title: "A malformed message closes its connection, reaches no handler and harms no other connection.",
			Setup: b.malformed,
		}),
	}
}

// requests is step messaging.2: the node dials a peer and asks.
func (b bench) requests() []scenario.Scenario {
	return []scenario.Scenario{
		scenario.New(scenario.Scenario{
			Name: "messaging/sent-bytes", Step: "messaging.2", Rules: []string{"MSG-1", "MSG-2"}, For: end, RealTime: true,
			Title: "Messages and requests are sent byte for byte as the layout says.",
			Setup: b.sentBytes,
		}),
		scenario.New(scenario.Scenario{
			Name: "messaging/sent-again", Step: "messaging.2", Rules: []string{"MSG-1"}, For: end, RealTime: true,
			Title: "What was sent before changes nothing about what is sent next.",
			Setup: b.sentAgain,
		}),
		scenario.New(scenario.Scenario{
			Name: "messaging/ask", Step: "messaging.2", Rules: []string{"MSG-7", "MSG-6"}, For: end, RealTime: true,
			Title: "A request is answered by the other node's handler.",
			Setup: b.ask,
		}),
		scenario.New(scenario.Scenario{
			Name: "messaging/ids-count", Step: "messaging.2", Rules: []string{"MSG-9"}, For: end, RealTime: true,
			Title: "Ids count from 1 on every connection.",
			Setup: b.idsCount,
		}),
		scenario.New(scenario.Scenario{
			Name: "messaging/any-order", Step: "messaging.2", Rules: []string{"MSG-8"}, For: end, RealTime: true,
			Title: "Responses find their requests in whatever order they come.",
			Setup: b.anyOrder,
		}),
		scenario.New(scenario.Scenario{
			Name: "messaging/false-responses", Step: "messaging.2", Rules: []string{"MSG-8", "MSG-7"}, For: end, RealTime: true,
			Title: "A response from elsewhere, with a wrong id or a second time is ignored.",
			Setup: b.falseResponses,
		}),
		scenario.New(scenario.Scenario{
			Name: "messaging/response-kind", Step: "messaging.2", Rules: []string{"MSG-2"}, For: end, RealTime: true,
			Title: "The kind of a response is not looked at.",
			Setup: b.responseKind,
		}),
		scenario.New(scenario.Scenario{
			Name: "messaging/ids-wrap", Step: "messaging.2", Rules: []string{"MSG-9"}, For: end, RealTime: true,
			Title: "Ids begin at 1 again past the largest and skip those in use.",
			Setup: b.idsWrap,
		}),
		scenario.New(scenario.Scenario{
			Name: "messaging/not-sent", Step: "messaging.2", Rules: []string{"MSG-2", "MSG-7"}, For: end, RealTime: true,
			Title: "What cannot be sent says so at once, and the connection lives.",
			Setup: b.notSent,
		}),
	}
}

// endings is step messaging.3: requests that are not answered.
func (b bench) endings() []scenario.Scenario {
	return []scenario.Scenario{
		scenario.New(scenario.Scenario{
			Name: "messaging/one-way", Step: "messaging.3", Rules: []string{"MSG-7"}, For: 2 * end,
			Title: "A request to a peer that falls silent ends once, by its timeout or by the connection's end.",
			Setup: b.oneWay,
		}),
		scenario.New(scenario.Scenario{
			Name: "messaging/flooded", Step: "messaging.3", Rules: []string{"MSG-8", "MSG-6"}, For: end, RealTime: true,
			Title: "Responses that nobody waits for and requests that nobody answers leave nothing behind.",
			Setup: b.floodedWith,
		}),
		scenario.New(scenario.Scenario{
			Name: "messaging/timeout", Step: "messaging.3", Rules: []string{"MSG-7", "MSG-8"}, For: end, RealTime: true,
			Title: "A request without an answer ends with ErrTimeout in time; the answer that comes later is ignored.",
			Setup: b.timeout,
		}),
		scenario.New(scenario.Scenario{
			Name: "messaging/lost-connection", Step: "messaging.3", Rules: []string{"MSG-7"}, For: end, RealTime: true,
			Title: "The requests of a lost connection end at once, before its disconnect event, and no others.",
			Setup: b.lostConnection,
		}),
		scenario.New(scenario.Scenario{
			Name: "messaging/we-close", Step: "messaging.3", Rules: []string{"MSG-7"}, For: end, RealTime: true,
			Title: "The requests of a connection that we close end at once.",
			Setup: b.weClose,
		}),
		scenario.New(scenario.Scenario{
			Name: "messaging/close-in-callback", Step: "messaging.3", Rules: []string{"MSG-7"}, For: end, RealTime: true,
			Title: "A callback may close the connection; it runs once even so.",
			Setup: b.closeInCallback,
		}),
		scenario.New(scenario.Scenario{
			Name: "messaging/stop", Step: "messaging.3", Rules: []string{"MSG-7", "NET-11"}, For: end, RealTime: true,
			Title: "Stop ends every request and leaves nothing behind.",
			Setup: b.stop,
		}),
		scenario.New(scenario.Scenario{
			Name: "messaging/conversation", Step: "messaging.3", Rules: []string{"MSG-7", "MSG-6", "MSG-8"}, For: 4 * time.Second,
			Title:  "Every request ends once, whatever happens to the links.",
			Faults: scenario.Faults{Fragment: true, Jitter: soon, Resets: 2, Until: later},
			Setup:  b.conversation,
		}),
	}
}
