// Package boundary runs layers that are written in any language. Their code is a process of its own, and what
// the layers would call and be called with are lines of JSON on its standard input and output.
//
//	the simulator, the checks,     Link      a process
//	the layers of the reference  <------->   the layers of the student
//
// # Protocol
//
// The process begins with one line that says what it speaks:
//
//	{"strata":1}
//
// From then on either side may call the other, and exactly one line answers each call:
//
//	{"call":"send","on":7,"args":[3,"aGVsbG8="]}
//	{"return":null}
//	{"error":{"name":"network.ErrClosed","text":"connection closed"}}
//
// Calls nest. Whoever waits for an answer serves the calls that come in the meantime, so that a layer that closes a
// connection can be told of its end before close returns. The answers come in the opposite order of the calls.
// Virtual time stands still until the outermost call is answered.
//
// "on" names an object of the side that is called: the number under which it was handed over. Functions are objects
// as well, with one method, run. The object 0 of the process makes layers. Objects live until the call "reset" on
// object 0, which ends a run. docs/boundary.md lists every method of every object.
//
// Bytes are base64. Times, durations, balances, nonces and block numbers are decimal strings, for they do not fit the
// numbers of every language; ids of connections, timers and objects are numbers. Transactions and blocks
// are their canonical texts (CHN-1).
//
// An uncaught exception answers the call under way:
//
//	{"crash":{"text":"KeyError: 3","trace":["p2p.py:41 in _answered"],"step":""}}
//
// step names the step of a skeleton that is not written yet. After a crash the process may be ended.
//
// # Trust
//
// A process sees what it is sent, and has no way to the seed, the checks or another node's memory; but the nodes of one run
// share it. It runs with the rights of whoever started it: commands ask before they start one.
package boundary
