package scenario

import "time"

// Budget says how far the orders of a small scenario are explored: which messages and timers come
// first, and what fails meanwhile. The zero value means that it is not explored.
type Budget struct {
	States  int           // most global states looked at
	From    time.Duration // what happens before is taken in one order only: the nodes get ready
	Early   int           // work and timers that may come while messages are still on their way
	Crashes int           // crashes, each with an immediate restart
	Resets  int           // connections that fail
	Kept    int           // nodes that wait, with all their memory, to be used again; 0 means as many as are of use

	// Apart promises that what runs on one node touches no variable of another node: only checks
	// look at several. Then a node's state depends on its own history alone and is computed once.
	Apart bool
}
