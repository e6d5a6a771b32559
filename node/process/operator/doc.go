// Package operator is what the operator of a validator looks at: what the node did and what was refused, how fast the
// chain is, and whether anything is wrong.
//
//	          the node's loop                           any goroutine
//	gossip, peers, log --> Observer --> Operator --> Report: checks, alerts, objectives
//	ledger, every 200 ms -------^           |    \-> windows, history, metrics
//	                                        v
//	                                  history.json
//
// Nothing here changes what the node does, and no code of the ledger knows of it: layers are wrapped, and what the
// ledger tells anybody is enough.
//
// # What an alarm is
//
// A chain makes a block at once when there is work, else after EmptyInterval (VAL-12). So the time since the last block
// says whether it goes on, and a node that has just started counts from its start: whoever never sees a block is
// alarmed too. How long work has waited counts from when the work came: a fresh transaction on an idle chain is
// no alarm.
//
// # Simplifications
//
//   - History is kept in one file, written whole at most once a second: what happened in the last second before a
//     crash may be missing. It decides nothing.
//   - Windows and counters begin with the process.
//
// Read next: operator.go, report.go.
package operator
