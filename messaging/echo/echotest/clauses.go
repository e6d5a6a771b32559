package echotest

import "strata/scenario"

// The promises that the suite checks, in the words of docs/0-echo.md.
var (
	ech1Answer = scenario.Promise("ECH-1", "A request of the kind echo:say is answered with its number on its "+
		"connection, counted from 1 and in decimal digits, a colon, and its own bytes")
	ech2Counts = scenario.Promise("ECH-2", "A node keeps nothing of a connection that has ended: it has a count "+
		"for each open connection and for no other")
)
