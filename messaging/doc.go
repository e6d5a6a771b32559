// Package messaging is the contract of layer 2: messages with a kind, and requests with answers.
//
//	  p2p (layer 3)
//	     | Handle, Send, Request       ^ handlers, callbacks, Connected, Disconnected
//	     v                             |
//	+------------------------------------------+
//	| messaging: kinds, ids, timeouts          |
//	+------------------------------------------+
//	     | Send, Close                 ^ Received, Connected, Disconnected
//	     v                             |
//	  network (layer 1): whole messages
//
// # Wire format
//
// A message is what layer 1 carries in one frame (MSG-1).
//
//	+------+--------+--------+--------+--------+----------------+------+-----------+
//	| type |  id, uint32, big-endian           | kind, UTF-8    | 0x00 | payload   |
//	+------+--------+--------+--------+--------+----------------+------+-----------+
//
//	type 0 regular    never answered; the id has no meaning
//	type 1 request    answered at most once
//	type 2 response   has the id of its request; sent with an empty kind
//
// The request with id 1, kind `p2p:hello` and payload `127.0.0.1:11120`, in its frame:
//
//	0000001e 01 00000001 7032703a68656c6c6f 00 3132372e302e302e313a3131313230
//
// # Guarantees
//
//   - A kind is 1 to 255 bytes of UTF-8 without NUL, and has one handler (MSG-2, MSG-3).
//   - A message of an unknown kind is ignored, a malformed one closes its connection (MSG-4, MSG-10).
//   - A regular message is never answered, a request at most once (MSG-5, MSG-6).
//   - The callback of a request runs exactly once: with the answer, with ErrTimeout, or with
//     network.ErrClosed as soon as the connection is gone or the layer stops (MSG-7).
//   - A response is matched by connection and id, and ignored if nobody waits for it (MSG-8).
//   - Ids count from 1 on each connection and skip those in use when they wrap (MSG-9).
//
// # Simplifications
//
//   - A request cannot be cancelled, except by closing its connection.
//   - A handler answers before it returns, or not at all: there are no late answers and no streams.
//   - There is no error response. A handler that does not answer leaves its caller to the timeout.
//   - Requests are not sent again: whoever asks decides whether asking twice is safe.
//
// # Source
//
// The rules MSG-1 to MSG-10 in docs/protocol.md. Requests over connections, matched by an id, are
// those of Birrell and Nelson, Implementing Remote Procedure Calls (1984), without its
// retransmission; many at a time on one connection, in any order, as in HTTP/2 (RFC 9113, section 5)
// with its streams.
//
// # What to read next
//
// messaging.go, which you implement; wire.go, whose decoder you use. Then the chapter
// docs/2-messaging.md and exercises/messaging. Above this layer is package p2p.
package messaging
