// Package run carries out one run of an experiment: one point of its sweep with one seed.
//
//	spec.Spec, seed --> graph, places, members --> harness/sim --> Result: measures, curves, forks, the trace's hash
//
// The nodes are real: the stack that the experiment names, with everything that stands around its layers in a node
// (guard, fetch, sync), unchanged. Only hashing is replaced: each miner has a Poisson clock, which makes a real block at the
// lowest difficulty on the tip that its node has at that instant. Such a clock has no memory, so that it never has to
// be set again when the tip moves.
//
// A run of protocol ledger has the same clients and payments on nodes of one of the five ledgers: proof of work, and the
// electives leader, validators, lattice and causal, as package ledgers has them in common.
//
// # Guarantees
//
//   - A Result is a pure function of the point and the seed: of neither the engine nor the number of workers.
//   - What is measured is counted by worker and added up, in whole numbers, so that the sum does not depend on who
//     counted what; or it belongs to one node.
//   - Memory for measures is bounded by the number of blocks and nodes, not by their product. In a run of a ledger it is the
//     product of payments and nodes, and a file has at most spec.MaxPayments of them.
//   - A node's code that panics ends the run with an error, not the process.
//
// Read next: run.go, chain.go (members of a chain), attack.go, ledger.go and contender.go; harness/nets for many runs.
package run
