// Package real runs an experiment with processes: each node is one, in a network namespace of its own, and what they send
// each other passes a router in this program. The same run is simulated, and both are compared.
//
//	process 0        process 1        process 2        one node each (Serve): the member that package run simulates, on TCP
//	    |                |                |
//	 strata0          strata0          strata0         a TUN device in the namespace: the only way out
//	    |                |                |
//	    +------> Router: latency, jitter, loss, bandwidth, partitions <------+
//	                     |
//	             Do: starts, strikes, listens, ends
//
// Nodes have the addresses that they have in the simulator. A link has the simulated link's latency, and each miner's clock
// rings when it rings in the simulator. So the two runs differ by what a simulator leaves out: TCP, the kernel, processes
// that wait for a processor.
//
// # Guarantees
//
//   - Nothing is left, however a run ends. Namespaces and devices have no names outside: the kernel removes them with the last
//     process in them. It kills these when the thread that started them ends, which it does with this program at the latest.
//   - Addresses and ports cannot clash with anything on the machine, nor two runs with each other.
//   - Times are of one clock, CLOCK_MONOTONIC, which all processes of a machine share.
//   - What cannot be real is refused before anything starts, with its place in the file (Fit).
//
// # Simplifications
//
// The router is a queue in memory that drops nothing while it has room, as the simulator's uplinks do. It counts headers and
// acknowledgements, and the simulator payloads alone. A crash that a node comes back from, churn and attacks are simulated
// only.
//
// Read next: lab_linux.go, router.go, fit.go; harness/nets/run/apart.go.
package real
