// Package guard stands between a node and strangers: it limits what each of them may cost, notes who
// breaks the rules, and bans who does so again and again.
//
//	      network (layer 1), whoever wrote it
//	         | Listen, Dial, Write            ^ accept, Receive, Ended
//	         v                                |
//	+---------------------------------------------------------------+
//	| guard:  caps and bans -> connections                          |
//	|         buckets       -> pieces, cut at the ends of messages  |
//	|         scores        <- Penalise, and what it sees itself    |
//	+---------------------------------------------------------------+
//	         |                                ^
//	         v                                |
//	      host: TCP, or simulated
//
// It is a network.Host around another one, so that no layer needs to know of it, and a student's
// layers are guarded like ours. Stack also puts it between the layers: it learns how peers want to be
// known, and who sends forged transactions, and passes on no more than peers take. It is protocol code
// itself: no locks, no clock, one goroutine.
//
// # What it does
//
//   - Connections: at most MaxIncoming in all, MaxPerIP of one address, MaxPerGroup of one network
//     range. When all places are taken, the oldest connection that has not said anything makes room.
//     Dials go to at most MaxDialsPerGroup nodes of one range, so that whoever owns a range cannot own all
//     the connections that we choose ourselves.
//   - Places: at most MaxPeers, a part of them for peers of the node's own choice. With few places a network
//     can fill up; then a peer that has chosen the node makes room for whoever finds no place anywhere.
//   - Rates: a token bucket for bytes and one for messages, of each address. What is over the limit
//     waits here, and is handed on at the rate that is allowed. Who goes on until more than MaxHeld
//     waits loses the connection, which is an offence.
//   - Time: a frame that has begun must end within FrameWithin, and so must the wait for the first one.
//   - Memory: when all that waits, in both directions, is over MaxMemory, the connection that holds most
//     of it is closed.
//   - Offences: each costs points, which are forgotten with time. Who has BanScore of them is banned
//     for BanFor: connections are closed, and new ones refused in both directions.
//
// # Why what is too much waits here, and not at its sender
//
// A Stream has no way to stop reading, and every host, the simulated ones too, would need one. It would
// gain little: a sender whose bytes are not taken closes the connection itself once MaxQueued
// waits there (NET-9). So a burst is smoothed, and a flood ends, after a bounded number of bytes.
//
// # Who is to blame
//
// Callbacks run to completion, so the guard knows whose bytes are being handled. Penalise blames that
// connection's remote IP address, never an address that somebody claims. A layer that closes a
// connection while it handles a message of it says in this way that the message broke a rule;
// one exception: the first message on a connection that we dialled, for that may be a polite
// rejection (P2P-4).
//
// An address is one of IPv4, or a range /64 of IPv6, which is what one customer is given. Exempt
// ones, by default the machine itself, are never banned, since many nodes may share one; an offender
// there loses the connection alone.
//
// Members are nodes whose keys are known beforehand, where streams prove keys: those of a ledger. All rests on them,
// and all others could be kept from them by whoever shares an address with them, so they are never refused, slowed or
// banned. What they do wrong is counted. Nobody else goes by a member's address, or is taken for it there. Others may
// become members later, by their keys alone: see Recognise.
//
// # Simplifications
//
//   - Addresses behind one NAT share their limits and their bans.
//   - Points are the same for every deployment; real nodes learnt theirs over years, and Bitcoin Core
//     has given them up for plain disconnection, since a ban can be provoked by whoever shares an address.
//
// # Source
//
// The bucket is the generic cell rate algorithm (ITU-T I.371, annex A). Scores and bans are those of
// Bitcoin Core before version 0.22 (net_processing, Misbehaving), groups and anchors those of its address
// manager; the attack that they answer is E. Heilman et al., Eclipse Attacks on Bitcoin's
// Peer-to-Peer Network, USENIX Security 2015.
//
// # What to read next
//
// stack.go, which puts the guard between the layers, and docs/threat-model.md.
package guard
