// Package causalnode runs a replica of elective 10, causal, on a loop of its own: over TCP with TLS, and with its disk in a
// directory.
//
//	strata node --ledger causal    strata demo --ledger causal    curl
//	     |  Run, Serve                  |  Run, Write              |  HTTP
//	     v                              v                          v
//	Running -- loop -- causal, gossip, p2p, messaging, network -- guard -- tcphost
//
// Directory, genesis and guard are those of ledgernode: `strata init` makes them. What is read and written over the API is in
// api.go and document.go.
package causalnode
