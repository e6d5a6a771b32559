// Package pctcp draws orders in which mistakes that need a few events in a certain order show more
// often than when every event is drawn by itself.
//
//	Chains      parts events into causal chains, as they come to be
//	Scheduler   gives each chain a priority: the highest goes on as long as it can
//
// A mistake of depth d needs d events in one order. With n events in at most w chains the scheduler meets
// it with a chance of at least 1 in w^2 * n^(d-1), whatever the program: one chain runs ahead of all the
// others, and at d-1 events that are drawn the one that would go on falls behind.
//
// Everything is drawn from names: a chain has that of its first event. So leaving out one demotion, or
// one thing of the run, leaves the other draws as they are.
//
// # Simplifications
//
// The number of events of a run is not known before it: how rare demotions are is drawn for each run,
// evenly over the orders of magnitude. And they strike only where something else could happen at the
// same node, for what happens at different nodes can be swapped without anybody knowing.
//
// Source: Ozkan, Majumdar, Niksic, Befrouei, Weissenbacher: Randomized testing of distributed systems
// with probabilistic guarantees (OOPSLA 2018), from Burckhardt, Kothari, Musuvathi, Nagarakatte: A
// randomized scheduler with probabilistic guarantees of finding bugs (ASPLOS 2010).
//
// Read next: harness/sim's order.go and harness/explore's priorities.go, which use it.
package pctcp
