// Package sim is a simulated network: nodes, virtual time and byte streams between them, all on
// one machine and all decided by one seed.
//
//	 node code   node code   node code        the same code as on TCP, called back on one loop each
//	-----|-----------|-----------|------      network.Host
//	   host        host        host           clock, timers, random numbers, log
//	     \           |           /
//	   streams: latency, jitter, pieces       what is sent becomes an event at the other node
//	      +-----------------------+
//	      |  events, in order of  |           TotalOrder: a radix heap, one event after another
//	      |  (time, node, what)   |           Windows: window by window, node by node, on all cores
//	      +-----------------------+
//	   faults: between nodes and at nodes
//
// # Guarantees
//
//   - The same seed and the same nodes give the same run, on any machine, with any engine and any
//     number of workers. Hash folds all of it into one number.
//   - Nothing that is not the nodes' doing changes a run. Every random number is a mix of the seed
//     and of what it is about (a link, a connection, the number of a piece), and events of one
//     instant are ordered by what they are, never by who was queued first. So it does not matter
//     in which order a callback sends to different peers, and a run without one of its faults or
//     work items is otherwise the same run.
//   - A stream delivers every byte written, once and in order, until it ends. Each direction of a
//     connection is first in, first out; different connections are independent.
//   - Close is in good order: the peer gets all that was written before, then Ended(nil).
//   - What is written is delivered without a copy, unless Fragment joins it: receivers of a
//     broadcast share one slice. CheckPayloads finds out who modifies one (NET-12).
//   - The engines allocate nothing for an event, and there is no goroutine and no closure for a
//     node or a stream.
//
// # How faults act
//
// A fault is an event at each node that it strikes, or a function of the time that the node looks
// up when it sends, hears or asks for the time, or both. No node ever looks at another: so nodes can
// run in parallel.
//
//   - Reset: at both ends, at that instant, each connection ends with ErrReset, each dial too.
//   - Partition: the same at its begin, but dials end with ErrRefused, and so does each dial while
//     it lasts.
//   - Stall: what A sends B leaves A only when the stall is over; Queued counts it meanwhile.
//   - Cut: what A sends B is lost, dials and their answers too, and Queued counts it. When the cut is
//     over, A's end of each stream that lost something ends with ErrReset, its dials with ErrRefused;
//     B's ends hear of it one latency later, whatever became of A's.
//   - Delay: what A sends B while it lasts takes so much longer, and nothing overtakes it.
//   - Slow: all connections together carry so many bytes a second from A to B. What cannot leave waits
//     at A, where Queued counts it, and leaves at once when the link is fast again. What A sends at one
//     instant on several connections begins to leave at once; what comes later waits for all of it.
//   - Pause: what happens to the node waits, in order, and happens when the pause is over. Only a
//     crash does not wait.
//   - Skew: Now jumps ahead and then runs fast or slow, and all timers with it, those set before as well:
//     what was due meanwhile is due at the jump. What the clock is ahead or behind by then, it stays.
//   - Crash: the node loses everything and the peers of its streams get ErrReset one latency
//     later. It boots again, on a new host, when the fault is over. Leave: it does not.
//   - Join: the node boots then, not at the start.
//
// # Large networks
//
//   - A Place gives each link a latency and jitter of its own, such as by region; without one they are
//     drawn evenly.
//   - A pipe is a node's uplink and downlink. Both belong to the node alone: what is sent waits at the
//     sender, what arrives waits at the receiver, so that nodes still share nothing within a window.
//   - Churn is a process of each node: it draws its stays and absences by their number.
//   - A fault costs what it strikes, and a look at those that are on costs nothing for the others.
//   - The engine's windows are as long as the fastest link takes, rounded down to a power of two; with
//     links of 1 ms there are ten times as many windows as with 10 ms. Config.MinLatency is a floor under
//     all of a Place's links.
//   - What a window's events will need of memory is read for many of them at once, before the first is handled. A
//     Toucher says what its receiver needs beyond that.
//   - From 1,000 nodes on, their memory is on large pages where the kernel has them. It is asked for before the nodes
//     boot.
//   - Under Windows nobody looks on from outside: what is measured is kept by Worker, and added up.
//
// # Twins
//
// Two nodes can share one identity: both listen at the address of the first, and of those who dial it each
// reaches always the same of the two. Their randomness is not the same. Nobody but the trace, which calls
// them by their own addresses, can tell them apart. It is the cheapest peer that says one thing here and
// another there: Bano and others, Twins: BFT systems made robust (OPODIS 2021).
//
// # Simplifications
//
// Links have no bandwidth of their own but under Slow; nodes have, see Pipe, without the headers of packets.
// A Place is not asked about the weather: a link's latency is the same at all times. No byte is lost, doubled
// or changed on a stream that goes on, as TCP would see to. TCP would also stop the other way of a connection
// that is cut, for want of acknowledgements. A dial to a partitioned node is refused after one round trip
// instead of timing out. Nodes have one address each and listen there alone. Clocks run exactly at the same
// speed but under Skew, and callbacks take no time.
//
// Source: conservative parallel simulation with lookahead goes back to Chandy and Misra (1979)
// and Bryant (1977); windows are Lubachevsky's bounded lag (1989), with the smallest latency as
// lookahead. The heap is in radixheap.go, with its source.
//
// Read next: node.go (what a node is); dial.go, write.go and arrive.go (the life of a connection);
// then total.go with radixheap.go, or windows.go with outbox.go and shard.go (the engines).
package sim
