// Package latticenode runs a node of elective 9, the lattice, on a loop of its own: over TCP with TLS, and with its
// disk in a directory.
//
//	strata demo --ledger lattice
//	     |  Run, Submit, Status, Stop
//	     v
//	Running -- loop -- lattice, gossip, p2p, messaging, network -- tcphost
//
// It has no API, no guard against strangers and no file formats of its own yet: who runs it has genesis and key in
// memory.
package latticenode
