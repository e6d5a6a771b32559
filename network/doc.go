// Package network is the contract of layer 1: it turns streams of bytes into whole messages.
//
//	  messaging (layer 2)
//	     | Dial, Send, Close           ^ Connected, Received, Disconnected
//	     v                             |
//	+------------------------------------------+
//	| network: frames, connections, queues     |
//	+------------------------------------------+
//	     | Listen, Dial, Write, After  ^ accept, Receive, Ended
//	     v                             |
//	  host: byte streams, time, chance      (TCP, or simulated)
//
// # Wire format
//
// A frame is one message with its length before it (NET-1). The length is big-endian, as all
// integers on the wire are.
//
//	+--------+--------+--------+--------+---------------------+
//	|  length of the payload, uint32    |  payload            |
//	+--------+--------+--------+--------+---------------------+
//	   0        0        0        5       h  e  l  l  o
//
// # Guarantees
//
//   - Every message arrives once, whole and in order, however the stream is cut into pieces; an
//     empty one, too (NET-2, NET-3). A stream that ends inside a frame delivers nothing of it (NET-5).
//     What is allocated for a message grows with the message, not with the number of its pieces (NET-2).
//   - A length over MaxFrame closes the connection before anything is allocated for it (NET-4).
//   - A connection has one connect event, then messages, then one disconnect event; both events say
//     whose doing they are, ours or theirs (NET-6, NET-7). A dial that fails has none (NET-10).
//   - Send never blocks and sends all or nothing. A peer that does not keep up loses its
//     connection, and delays no other (NET-8, NET-9).
//   - After Stop nothing is left: no listener, no stream, no timer, no call (NET-11).
//   - Payloads belong to whoever gets them and are modified by nobody (NET-12).
//
// # Simplifications
//
//   - Nothing is encrypted or authenticated: a peer is whoever answers at an address.
//   - A message is in memory as a whole, so that MaxFrame bounds what can be sent.
//   - Nobody is told to slow down: a sender that is too fast for its peer loses it.
//   - Messages of one connection share one order: a long one delays those behind it.
//
// # Source
//
// The rules NET-1 to NET-12 in docs/protocol.md. That a stream has no borders of its own is RFC 9293
// section 3.8; a length before each message is the oldest remedy, as in DNS over TCP (RFC 1035
// section 4.2.2). The shape, a machine on one goroutine with the world outside, is that of
// etcd's raft package.
//
// # What to read next
//
// host.go, which is all that a node knows of the world; network.go, which you implement; wire.go.
// Then the chapter docs/1-network.md and exercises/network. Above this layer is package messaging.
package network
