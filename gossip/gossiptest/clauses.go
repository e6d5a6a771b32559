package gossiptest

import "strata/scenario"

// The promises that the suite checks, in the words of docs/protocol.md, rule by rule. Those with capital
// letters are checked by other suites as well.
var (
	// The bytes of gossip.
	gsp1Layout = scenario.Promise("GSP-1",
		"Gossip has this layout, and every Broadcast draws a fresh id from the host's randomness")

	// Who speaks.
	gsp2Sends = scenario.Promise("GSP-2", "Broadcast marks its id as seen and sends to every peer")
	gsp2Error = scenario.Promise("GSP-2", "A kind or payload that no message can carry is its error, the only one")
	gsp2Own   = scenario.Promise("GSP-2", "The handler of the node that broadcasts does not run")

	// Who hears.
	GSP3Once = scenario.Promise("GSP-3", "An id that is new is marked as seen, and then its handler runs. So a node "+
		"handles an id at most once, even if the handler refuses it or broadcasts in turn")

	// Who passes on.
	gsp4Gets   = scenario.Promise("GSP-4", "The handler gets the payload, and the peer that it came from")
	gsp4Passes = scenario.Promise("GSP-4",
		"If it returns true, the same bytes go on to every peer except the one they came from")
	gsp4Verdict = scenario.Promise("GSP-4", "If it returns true, the same bytes go on to every peer except "+
		"the one they came from. If it returns false, they go to nobody")

	// What is too short.
	gsp5Short = scenario.Promise("GSP-5", "A payload too short for an id is ignored, and its connection lives")

	// What it costs.
	GSP6Cost = scenario.Promise("GSP-6", "In a connected network of N nodes and E links that does not change, one "+
		"broadcast costs exactly 2E-(N-1) sends and reaches everyone once")

	// What is forgotten.
	gsp7Forgets = scenario.Promise("GSP-7",
		"A seen id is forgotten 5 minutes later, by a sweep that runs every minute")
	gsp7Most = scenario.Promise("GSP-7", "There are never more than MaxSeen (65,536) of them: the oldest make room")

	// The end.
	gsp8Stop = scenario.Promise("GSP-8", "Stop ends all timers and stops the layers below: nothing is left open")
)
