// Package causalnode runs a replica of elective 10, causal, on a loop of its own: over TCP with TLS, and with its disk in a
// directory.
//
//	strata demo --ledger causal
//	     |  Run, Write, Status, Stop
//	     v
//	Running -- loop -- causal, gossip, p2p, messaging, network -- tcphost
//
// It has no API, no guard against strangers and no file formats of its own yet: whoever runs it has genesis and key in
// memory.
package causalnode
