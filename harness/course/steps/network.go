package steps

var networkSteps = []Step{
	{
		ID: "network.1", Layer: "network", Points: 4, Lines: 40,
		Title: "cut a byte stream into messages",
		Rules: []string{"NET-1", "NET-2", "NET-3", "NET-4", "NET-5"},
		Hints: [3]string{
			"A piece may end anywhere: inside the four bytes of a length, inside a message, or after the third message of five. What do you have to remember until the next piece comes?",
			"Keep the bytes that are not part of a complete frame yet. Each time a piece comes, go on from there and take out as many complete frames as there are. Look at the announced length before you wait for, or make room for, that many bytes.",
			`append piece to rest
while rest has HeaderSize bytes:
    size = PayloadSize(rest)
    if size > MaxFrame: close with ErrFrameTooBig, deliver nothing, stop
    if rest has fewer than HeaderSize + size bytes: break
    deliver a message of those size bytes (zero is a message too)
    rest = what follows it
    if a handler closed the connection meanwhile: stop
when the stream ends: rest not empty means ErrTruncated
never write into bytes that were delivered: the receiver keeps them`,
		},
	},
	{
		ID: "network.2", Layer: "network", Points: 3, Lines: 30,
		Title: "connect and disconnect events, dial, accept",
		Rules: []string{"NET-6", "NET-7", "NET-10"},
		Hints: [3]string{
			"Every connection is in your table from its connect event to its disconnect event, and in no other time. Who puts it in, and who is the only one to take it out?",
			"Accepted and dialled streams become a connection in the same way, with a fresh id; only whose dial it was differs. A dial that fails has no connection, so no event: only done hears of it. Keep the done of each dial under a number of its own until it has run. Whatever ends a dial, an answer or Stop, takes it out first. Whoever finds nothing there is late, and closes the stream that came.",
			`open(stream, side):
    id = next id; put the connection in the table
    stream.Deliver(connection)
    handler.Connected(id, side)
Dial(to, done):
    stopped: done(0, ErrClosed), return
    dials[a new number] = done
    host.Dial(to, func(stream, err):
        the number is not in dials: close the stream if there is one, return
        no err: id = open(stream, Ours)                (its event may stop the layer,
        the number is not in dials any longer: return    which ends this dial)
        take it out, then done(id, err))
gone(connection, side, reason):
    not in the table: return
    take it out first, then handler.Disconnected(id, side, reason)`,
		},
	},
	{
		ID: "network.3", Layer: "network", Points: 3, Lines: 31,
		Title: "send, close, stop, slow peers",
		Rules: []string{"NET-8", "NET-9", "NET-11"},
		Hints: [3]string{
			"Handlers call you back: the disconnect event of one connection may close another, or call Stop again. Which loops of yours would trip over that?",
			"The stream queues for you and tells how much waits (Queued). Send therefore has three questions to ask before it writes: is the connection there, is the message small enough, is there room? Stop marks the layer as stopped before it calls anybody, goes over sorted copies of the ids, and leaves nothing behind that could call anybody.",
			`Send(id, payload):
    no such connection: ErrClosed
    len(payload) > MaxFrame: ErrFrameTooBig, nothing else happens
    Queued + HeaderSize + len(payload) > MaxQueued: close the connection with reason ErrSlowPeer, return ErrSlowPeer
    stream.Write(Header(len(payload)), payload)
Close(id): end the connection, by our doing, without a reason
Stop: if stopped return; stopped = true
    close the listener; close every connection (over a sorted copy of the ids)
    for each dial: take it out, then its done(0, ErrClosed)`,
		},
	},
}
