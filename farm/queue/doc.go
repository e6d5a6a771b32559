// Package queue spreads the jobs of a farm over machines, by NATS JetStream: a server in this program, or a cluster
// that is there already.
//
//	Collect --offers what has no result--> stream of jobs --lease--> Work, on any machine
//	   ^                                                               |
//	   +------ results, by key; faults, by key and try <---------------+
//
// A job is a pure function of its key, so nothing has to be delivered exactly once. What is offered and comes to
// nothing is offered again; a result that comes twice is the same, and if it is not, that is told and both are kept.
//
// # Guarantees
//
//   - Killing workers and the server at any moment loses no job and doubles no result.
//   - A job that ends its worker, or fails, is tried Tries times and then told as poisoned. The others go on.
//   - A worker of another version does no job: what it is given goes back, for others to do.
//
// # Simplifications
//
// A job has at most MaxJob bytes. Who reaches the server can offer and take jobs: keep it on a network of your own, or
// use a cluster that asks for credentials.
//
// Sources: docs.nats.io, JetStream, Consumers and Key/Value Store.
//
// Read next: server.go, work.go, collect.go.
package queue
