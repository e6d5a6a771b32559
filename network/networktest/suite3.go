package networktest

import (
	"strata/scenario"
)

// sending is the part of step network.3 that sends and closes. Raw peers look at the bytes; a conversation
// of two nodes, with pieces and a reset that the seed draws, has both halves of the layer work together.
func (b bench) sending() []scenario.Scenario {
	return []scenario.Scenario{
		scenario.New(scenario.Scenario{
			Name: "network/sent-bytes", Step: "network.3", Rules: []string{"NET-1", "NET-8"}, For: end, RealTime: true,
			Title: "Messages are sent as frames, byte for byte and in order.",
			Setup: b.sentBytes,
		}),
		scenario.New(scenario.Scenario{
			Name: "network/send-too-big", Step: "network.3", Rules: []string{"NET-8"}, For: end, RealTime: true,
			Title: "A message over MaxFrame is refused, nothing of it is sent, the connection lives.",
			Setup: b.sendTooBig,
		}),
		scenario.New(scenario.Scenario{
			Name: "network/send-when-closed", Step: "network.3", Rules: []string{"NET-8"}, For: end, RealTime: true,
			Title: "Sending on what is not open is ErrClosed.",
			Setup: b.sendWhenClosed,
		}),
		scenario.New(scenario.Scenario{
			Name: "network/we-close", Step: "network.3", Rules: []string{"NET-6", "NET-7"}, For: end, RealTime: true,
			Title: "Closing raises one disconnect event at once, and nothing is delivered after it.",
			Setup: b.weClose,
		}),
		scenario.New(scenario.Scenario{
			Name: "network/close-between-messages", Step: "network.3",
			Rules: []string{"NET-6"}, For: end, RealTime: true,
			Title: "Closing on a message keeps the next one of the same piece away.",
			Setup: b.closeBetweenMessages,
		}),
		// The reset comes in the first three quarters, while both sides talk, or not at all.
		scenario.New(scenario.Scenario{
			Name: "network/conversation", Step: "network.3", Rules: []string{"NET-2", "NET-6", "NET-8"}, For: end,
			Title:  "Two nodes hear each other whole and in order until a link fails.",
			Faults: scenario.Faults{Fragment: true, Jitter: soon, Resets: 1, Until: end - later/2},
			Setup:  b.conversation,
		}),
		scenario.New(scenario.Scenario{
			Name: "network/slow-peer", Step: "network.3", Rules: []string{"NET-9"}, For: end,
			Title: "A peer that takes nothing is closed when more than MaxQueued bytes wait, and delays nobody.",
			Setup: b.slowPeer,
		}),
		scenario.New(scenario.Scenario{
			Name: "network/shared-payload", Step: "network.3", Rules: []string{"NET-12"}, For: end, RealTime: true,
			Title: "A payload sent to two peers stays as it was.",
			Setup: b.sharedPayload,
		}),
	}
}

// stopping is the part of step network.3 that stops the layer: in the quiet, with a dial under way, and from
// within one of its own callbacks.
func (b bench) stopping() []scenario.Scenario {
	return []scenario.Scenario{
		scenario.New(scenario.Scenario{
			Name: "network/stop", Step: "network.3", Rules: []string{"NET-11"}, For: end, RealTime: true,
			Title: "Stop closes the listener and every connection, and nothing is heard of the layer again.",
			Setup: b.stop,
		}),
		// Idle first: there is nothing to range over, and something to close.
		scenario.New(scenario.Scenario{
			Name: "network/stop-idle", Step: "network.3", Rules: []string{"NET-11"}, For: end, RealTime: true,
			Title: "Stop also closes a listener to which nobody ever came.",
			Setup: b.stopIdle,
		}),
		scenario.New(scenario.Scenario{
			Name: "network/stop-during-dial", Step: "network.3", Rules: []string{"NET-11", "NET-10"}, For: end,
			RealTime: true,
			Title:    "Stop ends a dial that is under way, once, and closes the stream that comes too late.",
			Setup:    b.stopDuringDial,
		}),
		// A student who frees everything in Stop, and then returns into the loop that called the handler,
		// meets nil here.
		scenario.New(scenario.Scenario{
			Name: "network/stop-in-a-handler", Step: "network.3", Rules: []string{"NET-11"}, For: end, RealTime: true,
			Title: "A handler may stop the layer; no handler is called after that.",
			Setup: b.stopInAHandler,
		}),
	}
}

// reentry is the part of step network.3 in which handlers call back into the layer at odd moments: from every
// event into every method. A layer that is in the middle of its own work then has to bear it.
func (b bench) reentry() []scenario.Scenario {
	return []scenario.Scenario{
		scenario.New(scenario.Scenario{
			Name: "network/close-in-connected", Step: "network.3", Rules: []string{"NET-6", "NET-10"}, For: end,
			RealTime: true,
			Title:    "A connection closed in its connect event has one disconnect event, and its dial one callback.",
			Setup:    b.closeInConnected,
		}),
		scenario.New(scenario.Scenario{
			Name: "network/stop-in-connected", Step: "network.3", Rules: []string{"NET-11", "NET-10"}, For: end,
			RealTime: true,
			Title:    "A connect event may stop the layer: nothing is heard after it, and no dial calls back twice.",
			Setup:    b.stopInConnected,
		}),
		scenario.New(scenario.Scenario{
			Name: "network/stop-in-callback", Step: "network.3", Rules: []string{"NET-10", "NET-11"}, For: end,
			RealTime: true,
			Title:    "The callback of a dial may stop the layer: no dial calls back twice, and nothing is left.",
			Setup:    b.stopInCallback,
		}),
		scenario.New(scenario.Scenario{
			Name: "network/stop-in-disconnected", Step: "network.3", Rules: []string{"NET-11"}, For: end,
			RealTime: true,
			Title:    "A disconnect event may stop the layer: its own connection is gone, too, when Stop returns.",
			Setup:    b.stopInDisconnected,
		}),
		scenario.New(scenario.Scenario{
			Name: "network/close-sibling", Step: "network.3", Rules: []string{"NET-6", "NET-11"}, For: end,
			RealTime: true,
			Title:    "A disconnect event may close other connections, also while the layer stops: each ends once.",
			Setup:    b.closeSibling,
		}),
		scenario.New(scenario.Scenario{
			Name: "network/close-other", Step: "network.3", Rules: []string{"NET-6"}, For: end, RealTime: true,
			Title: "A message may close other connections: nothing more comes of them, and its own goes on.",
			Setup: b.closeOther,
		}),
		scenario.New(scenario.Scenario{
			Name: "network/start-in-use", Step: "network.3", Rules: []string{"NET-10"}, For: end, RealTime: true,
			Title: "Where somebody listens, Start says so, and takes nothing from them.",
			Setup: b.startInUse,
		}),
	}
}

// hostile is peers and links that do their worst to layer 1: they drip, break half, or are thin. None of
// it breaks a rule of the wire. What is held against the node is how it treats the others meanwhile.
func (b bench) hostile() []scenario.Scenario {
	return []scenario.Scenario{
		scenario.New(scenario.Scenario{
			Name: "network/slow-drip", Step: "network.1", Rules: []string{"NET-2", "NET-5"}, For: 2 * end,
			Title: "Peers that send one byte now and then mix nothing up and delay nobody.",
			Setup: b.slowDrip,
		}),
		scenario.New(scenario.Scenario{
			Name: "network/half-open", Step: "network.3", Rules: []string{"NET-9", "NET-6"}, For: 2 * end,
			Title: "A peer that hears nothing is closed once too much waits for it, and both sides end once.",
			Setup: b.halfOpen,
		}),
		// Where bytes do leave, only slowly, the bound is about what waits, not about what was sent.
		scenario.New(scenario.Scenario{
			Name: "network/thin-link", Step: "network.3", Rules: []string{"NET-9", "NET-8"}, For: 2 * end,
			Title: "Only what waits counts for MaxQueued, however much was sent.",
			Setup: b.thinLink,
		}),
	}
}
