// Package tcphost is the host on real TCP: what network.Host promises, with sockets, goroutines
// and the clock.
//
//	  layers of one or more nodes, on ONE goroutine: the loop
//	     | After, Listen, Dial, Write          ^ callbacks, one at a time
//	     v                                     |
//	+---------------------------- Loop ---------------------------------+
//	| turn: take the inbox -> callbacks -> due timers -> flush          |
//	+--------------------------------------------------------------------+
//	     | write, never blocking               ^ inbox: pieces, streams, results
//	     v                                     |
//	  sockets ------------------------> one reader goroutine per stream
//
// "The loop" is whoever takes a turn: one goroutine at a time, with all that the one before it did in
// view, so that the layers see a single thread. It is the loop's own goroutine or, if that
// sleeps, the reader that has something for it.
//
// A turn of the loop takes everything that has come since the last one, so that the price of waking
// the loop is shared by all of it. What the callbacks of a turn write to a stream is collected and
// handed to the kernel at the end of the turn in one call, which does not block; only if
// the socket takes no more does a goroutine wait for it, for as long as that lasts. A request and its
// response so cost no goroutine switch for writing, and a flood costs few system calls.
//
// Readers append to chunks of memory that are never written over, since a receiver may keep any
// part of them (NET-12). A reader whose pieces the loop has not taken yet waits, so that a peer
// cannot fill our memory faster than we handle what it sends, nor can many together.
//
// Streams have TCP_NODELAY, since what belongs together is written together already, and
// keepalive, so that a peer that has vanished without a word is noticed.
package tcphost
