// Package api is a node's HTTP API: what others see of it, and what its owner may ask of it.
//
//	browser, wallet, monitor ----- HTTP/1.1 -----+
//	                                             v
//	+--------------------------------------------------------------------------+
//	| Server   host name, origin, token, limits            doors.go            |
//	|    |                                                                     |
//	| routes   /v1/...   /metrics   /healthz   /readyz   / (package web)       |
//	|    |          |            |                 ^                           |
//	|    | ask      | View       | index           | events: a hub with a      |
//	|    v          v            v                 | bounded queue a client    |
//	|  node's loop  node's store  node/process/index      |                           |
//	+----|------------------------------------------|--------------------------+
//	     +---- OnTip, OnBlock, OnTransaction, OnPeer+
//
// What is asked of the node runs on its loop as one small callback, waits a bounded time, and
// brings back copies. Blocks come straight from the store, whose View is for any goroutine.
//
// The document openapi.json says what each request takes and answers (OpenAPI 3.1). Amounts,
// balances and nonces are decimal strings, since JavaScript loses bits of numbers beyond 2^53;
// heights and counts are numbers; hashes and keys are lower-case hex. What cannot be answered is a
// problem (RFC 9457) that names the parameter and the remedy.
//
// For charts the server keeps a sample of the node each ten seconds, for a day, and when blocks came in. Both are by
// the clock that does not jump, and end with the process.
//
// Who may do what: everybody who reaches the port may read. What changes the node takes the token,
// 32 random bytes in hex, which is in a file that its owner alone may read. Against web pages of
// others, in the owner's browser: the Host header has to be an address, localhost or a name that was
// configured (DNS rebinding); browsers' requests from other origins that change something are
// refused; the page may load from this node alone.
//
// Simplifications: HTTP without TLS: beyond loopback, put a proxy before it. One token, all rights.
//
// Source: RFC 9110, RFC 9457, RFC 6750 (the token); the HTML standard, 9.2 (events).
//
// Read next: node/process/daemon, which runs it; node/process/index.
package api
