// Package explore looks at every order in which a small scenario can happen: which of the messages
// that are on their way arrives first, when a timer runs, what fails meanwhile.
//
//	histories (local.go)         what each node has been through; equal histories have one number
//	state     (engine.go)        one history for each node. What is on its way follows from them:
//	                             what one end has sent, less what the other has got
//	enabled   (enabled.go)       what may come next in a state
//	search    (search.go)        all states, breadth first, and how many orders lead to each
//	node, host, stream, world    the student's code on a host of ours, for an event that is new
//
// # Why it is fast
//
// A node's state is a function of the events that it has handled, so nobody has to write an equals or a
// hash, and a global state is known by a few numbers. Events at different nodes come to the same state
// in either order, which is then looked at once. What an event does to a node in a given history is run
// once, by an instance of the node that has that history or that is brought there by its own events
// alone; from then on it is a lookup. An event lengthens one history by one, so a state is met in one
// round of the search only, and the orders that lead to it can be counted.
//
// # Why there are no sleep sets
//
// They keep a search from taking two events that commute in both orders. Here the second order ends in a
// state that is known, and costs one lookup: no callback, and no state. Of the steps of the graded scenarios
// between 16 % (p2p/orders-both-dial: 4,084 steps, 3,419 states) and 47 % (stack/orders-two-blocks: 38,459,
// 20,330) end so; that is all that sleep sets could save, and they would have to be kept with every state,
// and would forbid to count the orders. The callbacks into nodes, which cost most, are fewer than the
// states already (10,379 there). TestSuite_EveryOrder prints these numbers.
//
// # Time
//
// Links take no time. A node's clock is moved by its own timers and work, and by the clock of whoever
// sent what arrives: so it is a function of the node's history too. A timer or an item of work comes when
// nothing is on its way, the earliest of all nodes first, those of one instant in any order;
// Budget.Early of them may come before messages that were there first.
//
// # What it does not do
//
// Pieces are neither split nor joined. No message is lost by itself: links are streams, which deliver what
// was written or fail, so a reset is the only drop that a node can meet. There are no partitions or
// stalls: a message that is late is one that others overtake. A crashed node boots again at once. At one
// node, items of work come in the order of their times, and timers in that of theirs.
//
// Source: exploring by the histories of nodes is close to Guerraoui and Yabandeh, Model checking a
// networked system without the network (NSDI 2011); states met before are not explored again as in any
// explicit-state model checker.
//
// The last slices that a node wrote or was handed are compared with what was in them after each event of
// that node (untouched.go, NET-12).
//
// Read next: enabled.go, then search.go.
package explore
