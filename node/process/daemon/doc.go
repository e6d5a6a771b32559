// Package daemon is everything that a process is that runs a node, but for its command line: the
// settings, the store, the loop, the node, the API, the log, and an end in good order.
//
//	   cmd/strata node           cmd/strata-node
//	          \                     /
//	           v  Settings, Stack  v
//	+--------------------------------------------------------+
//	|  Daemon    strata.toml     log <-- level, SIGHUP       |
//	|                                                        |
//	|  HTTP ---> api ---- Do ----> loop ---- node            |
//	|             | \               |          |             |
//	|             |  `--- View ----------> store (boltstore) |
//	|             v                 |          ^             |
//	|           index <-- follower -|----------+             |
//	|                            tcphost (TCP)               |
//	+--------------------------------------------------------+
//
// The API ends before the node, which it asks, and the store after both.
//
// Read next: node, which it runs; node/process/api; docs/node.md.
package daemon
