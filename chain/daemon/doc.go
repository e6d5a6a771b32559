// Package daemon is everything that a process is that runs a node, but for its command line: the
// settings, the store, the loop, the node, the log, and an end in good order.
//
//	   cmd/strata node          cmd/strata-node
//	          \                    /
//	           v   Settings, Stack v
//	+------------------------------------------+
//	|  daemon:  log     loop ---- node         |
//	|                     |          |         |
//	|              tcphost (TCP)   boltstore   |
//	+------------------------------------------+
//
// Read next: chain/node, which it runs.
package daemon
