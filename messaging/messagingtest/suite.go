// Package messagingtest is the conformance suite of layer 2: scenarios that every implementation of
// strata/messaging must pass, on every host. The layer below should be known to be right.
//
//	node   the layer that is tested, on the stack's network. It listens, and is the layer's watcher.
//	raw    scenario.Raw: a node without either layer, that reads and writes frames.
//
// Where bytes matter, and where a peer has to misbehave, a node talks to a raw one, and the messages on the
// wire are written down here once more, from the table of docs/protocol.md. Where both sides have to
// agree, two nodes talk.
//
// The heart of the layer is that each request ends exactly once. So every request of a scenario is made by
// node.request, which fails the run at the second end, whatever the scenario is about; that there was a
// first one, and which, is looked at when the scenario is over.
package messagingtest

import (
	"slices"
	"time"

	"strata/messaging"
	"strata/scenario"
)

// Suite lists the scenarios of layer 2 for the implementations that the stack names, by step.
func Suite(stack messaging.Stack) []scenario.Scenario {
	b := bench{stack}
	return slices.Concat(b.dispatch(), b.requests(), b.endings(), b.reentry())
}

// bench makes the scenarios for one stack, which names the network as well as the layer that is tested.
type bench struct{ stack messaging.Stack }

// Times that the scenarios share. A simulated dial takes up to 0.3 s, a piece up to 0.15 s, and so a question
// and its answer up to 0.3 s.
const (
	soon    = 100 * time.Millisecond  // everybody has booted
	later   = 1000 * time.Millisecond // whoever dialled soon is connected, and what was sent was answered
	end     = 2 * time.Second         // the same for what was begun later
	timeout = 1200 * time.Millisecond // of requests, where a scenario waits for it
)

// dispatch is step messaging.1: a raw peer dials the node and sends messages. The node only handles and
// replies. A student has handlers, their replies and the refusal of what is malformed to write for it.
func (b bench) dispatch() []scenario.Scenario {
	return []scenario.Scenario{
		// First of all the layout, in both directions: whoever passes this one reads and writes messages.
		scenario.New(scenario.Scenario{
			Name: "messaging/answer", Step: "messaging.1", Rules: []string{"MSG-1", "MSG-2", "MSG-6"}, For: end,
			RealTime: true,
			Title:    "A request reaches its handler, and the reply goes back with the request's id.",
			Setup:    b.answer,
		}),
		// A nil reply is an empty one; only the second result of a handler says that there is none.
		scenario.New(scenario.Scenario{
			Name: "messaging/reply-or-none", Step: "messaging.1", Rules: []string{"MSG-6"}, For: end, RealTime: true,
			Title: "An empty reply is sent, no reply is not, and each request is answered once.",
			Setup: b.replyOrNone,
		}),
		// A table that looks up beginnings, or stops at the first NUL of the message, mixes these up.
		scenario.New(scenario.Scenario{
			Name: "messaging/kinds", Step: "messaging.1", Rules: []string{"MSG-1", "MSG-2"}, For: end, RealTime: true,
			Title: "Each message goes to the handler of its kind and to no other.",
			Setup: b.kinds,
		}),
		// Two handlers of one kind would make it a question of order who hears a message.
		scenario.New(scenario.Scenario{
			Name: "messaging/one-handler", Step: "messaging.1", Rules: []string{"MSG-3", "MSG-2"}, For: end,
			RealTime: true,
			Title:    "A kind has one handler; a second is refused and a bad kind too.",
			Setup:    b.oneHandler,
		}),
		// Nodes of other versions know other kinds, and are no worse peers for that.
		scenario.New(scenario.Scenario{
			Name: "messaging/unknown-kind", Step: "messaging.1", Rules: []string{"MSG-4"}, For: end, RealTime: true,
			Title: "A message of an unknown kind is ignored and its connection lives.",
			Setup: b.unknownKind,
		}),
		// Who wants an answer asks for one.
		scenario.New(scenario.Scenario{
			Name: "messaging/regular", Step: "messaging.1", Rules: []string{"MSG-5"}, For: end, RealTime: true,
			Title: "A regular message is handled and never answered.",
			Setup: b.regular,
		}),
		// The last one of the step: it needs all that decides what a message is.
		scenario.New(scenario.Scenario{
			Name: "messaging/malformed", Step: "messaging.1", Rules: []string{"MSG-10"}, For: end, RealTime: true,
			Title: "A malformed message closes its connection, reaches no handler and harms no other connection.",
			Setup: b.malformed,
		}),
	}
}

// requests is step messaging.2: the node dials a peer and asks. What it sends is compared byte for byte;
// then come the ways in which responses find their requests, or must not, and the ids.
func (b bench) requests() []scenario.Scenario {
	return []scenario.Scenario{
		// From here on the node speaks first.
		scenario.New(scenario.Scenario{
			Name: "messaging/sent-bytes", Step: "messaging.2", Rules: []string{"MSG-1", "MSG-2"}, For: end,
			RealTime: true,
			Title:    "Messages and requests are sent byte for byte as the layout says.",
			Setup:    b.sentBytes,
		}),
		// An encoder that keeps what it made is fast, and wrong as soon as the caller writes into its array.
		scenario.New(scenario.Scenario{
			Name: "messaging/sent-again", Step: "messaging.2", Rules: []string{"MSG-1"}, For: end, RealTime: true,
			Title: "Earlier messages change nothing about the next one.",
			Setup: b.sentAgain,
		}),
		// Both halves together: what the first step answers the second one asks for.
		scenario.New(scenario.Scenario{
			Name: "messaging/ask", Step: "messaging.2", Rules: []string{"MSG-7", "MSG-6"}, For: end, RealTime: true,
			Title: "A request is answered by the other node's handler.",
			Setup: b.ask,
		}),
		// The page says from 1 and per connection, and peers may rely on the bytes.
		scenario.New(scenario.Scenario{
			Name: "messaging/ids-count", Step: "messaging.2", Rules: []string{"MSG-9"}, For: end, RealTime: true,
			Title: "Ids count from 1 on every connection.",
			Setup: b.idsCount,
		}),
		// A peer answers when it can, not when it was asked.
		scenario.New(scenario.Scenario{
			Name: "messaging/any-order", Step: "messaging.2", Rules: []string{"MSG-8"}, For: end, RealTime: true,
			Title: "Responses find their requests in whatever order they come.",
			Setup: b.anyOrder,
		}),
		// An id is easy to guess: a response counts only on the connection that was asked.
		scenario.New(scenario.Scenario{
			Name: "messaging/false-responses", Step: "messaging.2", Rules: []string{"MSG-8", "MSG-7"}, For: end,
			RealTime: true,
			Title:    "A response from elsewhere, with a wrong id or a second time is ignored.",
			Setup:    b.falseResponses,
		}),
		// MSG-2 asks for an empty kind of whoever sends, and for nothing of whoever receives.
		scenario.New(scenario.Scenario{
			Name: "messaging/response-kind", Step: "messaging.2", Rules: []string{"MSG-2"}, For: end, RealTime: true,
			Title: "The kind of a response is not looked at.",
			Setup: b.responseKind,
		}),
		// A larger id than 2^32-1 takes too long to reach: the config has a smaller one.
		scenario.New(scenario.Scenario{
			Name: "messaging/ids-wrap", Step: "messaging.2", Rules: []string{"MSG-9"}, For: end, RealTime: true,
			Title: "Ids begin at 1 again past the largest and skip those in use.",
			Setup: b.idsWrap,
		}),
		// What cannot be sent fails by the same path as what is not answered: the callback, once.
		scenario.New(scenario.Scenario{
			Name: "messaging/not-sent", Step: "messaging.2", Rules: []string{"MSG-2", "MSG-7"}, For: end,
			RealTime: true,
			Title:    "A message that cannot be sent says so at once, and the connection lives.",
			Setup:    b.notSent,
		}),
	}
}

// endings is step messaging.3: requests that are not answered. They end by their time, with their connection,
// with the layer; and callers do in the callbacks what callers do.
func (b bench) endings() []scenario.Scenario {
	return []scenario.Scenario{
		// A cut is a fault at a fixed time, and there are none in real time.
		scenario.New(scenario.Scenario{
			Name: "messaging/one-way", Step: "messaging.3", Rules: []string{"MSG-7"}, For: 2 * end,
			Title: "A request to a peer that falls silent ends once, by its timeout or by the connection's end.",
			Setup: b.oneWay,
		}),
		// A peer may send what it likes, and as much of it; it must cost nothing that lasts.
		scenario.New(scenario.Scenario{
			Name: "messaging/flooded", Step: "messaging.3", Rules: []string{"MSG-8", "MSG-6"}, For: end, RealTime: true,
			Title: "Responses that nobody waits for and requests that nobody answers leave nothing behind.",
			Setup: b.floodedWith,
		}),
		// Each way in which a request ends without an answer has a scenario: time, loss, our own close, Stop.
		scenario.New(scenario.Scenario{
			Name: "messaging/timeout", Step: "messaging.3", Rules: []string{"MSG-7", "MSG-8"}, For: end, RealTime: true,
			Title: "A request without an answer ends with ErrTimeout in time; the answer that comes later is ignored.",
			Setup: b.timeout,
		}),
		// Nobody will answer on a connection that is gone.
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
			Name: "messaging/close-in-callback", Step: "messaging.3",
			Rules: []string{"MSG-7"}, For: end, RealTime: true,
			Title: "A callback may close the connection; it runs once even so.",
			Setup: b.closeInCallback,
		}),
		scenario.New(scenario.Scenario{
			Name: "messaging/stop", Step: "messaging.3", Rules: []string{"MSG-7", "NET-11"}, For: end, RealTime: true,
			Title: "Stop ends every request and leaves nothing behind.",
			Setup: b.stop,
		}),
		// Requests last for a second, and resets come meanwhile; then everything has time to end by itself.
		scenario.New(scenario.Scenario{
			Name: "messaging/conversation", Step: "messaging.3", Rules: []string{"MSG-7", "MSG-6", "MSG-8"},
			For:    4 * time.Second,
			Title:  "Every request ends once, whatever happens to the links.",
			Faults: scenario.Faults{Fragment: true, Jitter: soon, Resets: 2, Until: later},
			Setup:  b.conversation,
		}),
	}
}

// reentry is the part of step messaging.3 in which callbacks and handlers call back at odd moments, ids are
// used again, and the network below ends a connection in the middle of a request.
func (b bench) reentry() []scenario.Scenario {
	return []scenario.Scenario{
		// A link that is held up is a fault, and there are none in real time.
		scenario.New(scenario.Scenario{
			Name: "messaging/slow-request", Step: "messaging.3", Rules: []string{"MSG-7"}, For: end,
			Title: "A request that closes its connection, because too much waits there, ends once.",
			Setup: b.slowRequest,
		}),
		// A timer that was not cancelled knows an id, and an id is used again.
		scenario.New(scenario.Scenario{
			Name: "messaging/id-used-again", Step: "messaging.3", Rules: []string{"MSG-7"}, For: 2 * end,
			Title: "An answered request leaves nothing behind that ends a later one with its id.",
			Setup: b.idUsedAgain,
		}),
		// Two in use at once: skipping one is not enough.
		scenario.New(scenario.Scenario{
			Name: "messaging/ids-in-use", Step: "messaging.3", Rules: []string{"MSG-9"}, For: 2 * end,
			Title: "All ids in use are skipped, and those of requests that timed out are free.",
			Setup: b.idsInUse,
		}),
		// A callback is the layer above, and the layer above may be done.
		scenario.New(scenario.Scenario{
			Name: "messaging/stop-in-callback", Step: "messaging.3", Rules: []string{"MSG-7", "NET-11"}, For: 2 * end,
			Title: "The callback of a request may stop the layer, however the request ended.",
			Setup: b.stopInCallback,
		}),
		// Idle first: no connection to end, and a network to stop.
		scenario.New(scenario.Scenario{
			Name: "messaging/stop-idle", Step: "messaging.3", Rules: []string{"NET-11", "MSG-7"}, For: end,
			RealTime: true,
			Title:    "Stop stops the network also where there never was a connection.",
			Setup:    b.stopIdle,
		}),
		// A layer that ranges over its connections while they go.
		scenario.New(scenario.Scenario{
			Name: "messaging/close-siblings", Step: "messaging.3", Rules: []string{"MSG-7", "NET-6"}, For: end,
			Title: "Whoever hears of a lost connection may close the others: each request ends once.",
			Setup: b.closeSiblings,
		}),
		// The reply has nowhere to go, and the rest of the piece is nobody's.
		scenario.New(scenario.Scenario{
			Name: "messaging/close-in-handler", Step: "messaging.3", Rules: []string{"MSG-6", "NET-6"}, For: end,
			Title: "A handler may close the connection that its request came on.",
			Setup: b.closeInHandler,
		}),
		// A question within a question: each has its id.
		scenario.New(scenario.Scenario{
			Name: "messaging/ask-in-handler", Step: "messaging.3", Rules: []string{"MSG-6", "MSG-7"}, For: end,
			Title: "A handler may ask its asker before it replies.",
			Setup: b.askInHandler,
		}),
		// Events come before anything else on a connection, and after everything.
		scenario.New(scenario.Scenario{
			Name: "messaging/ask-in-connected", Step: "messaging.3", Rules: []string{"MSG-7", "NET-8"}, For: end,
			Title: "A request in the connect event works, a message in the disconnect event is refused.",
			Setup: b.askInConnected,
		}),
	}
}
