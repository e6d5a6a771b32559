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
//	|             |                 |      writebehind       |
//	|             |                 |          v             |
//	|             |  `--- View ----------> store (boltstore) |
//	|             v                 |          ^             |
//	|           index <-- follower -|----------+             |
//	|                            tcphost (TCP)               |
//	+--------------------------------------------------------+
//
// The loop does not wait for the disk (writebehind). Whoever tells of what it wrote does: the API's answers, the
// events, the index and the log's new tips come once it is stored.
//
// The API ends before the node, which it asks, and the store after both.
//
// Read next: node, which it runs; node/process/api; docs/node.md.
package daemon
