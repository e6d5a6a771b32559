package steps

var messagingSteps = []Step{
	{
		ID: "messaging.1", Layer: "messaging", Points: 5, Lines: 32,
		Title: "dispatch what arrives to handlers, answer requests",
		Rules: []string{"MSG-3", "MSG-4", "MSG-5", "MSG-6", "MSG-10"},
		Hints: [3]string{
			"Three types arrive, and only one of them may ever be answered. What does each do if nobody knows its kind?",
			"Decode first: what is malformed closes the connection and goes no further. A response belongs to the requests of its connection. The other two look up a handler; only for a request does its answer matter, and ok alone decides, not the reply's length.",
			`Received(conn, bytes):
    m, err = decode(bytes); err: net.Close(conn), return
    response: hand it to the outstanding requests, return
    h = handlers[m.Kind]; none: return
    reply, ok = h(conn, m.Payload)
    if m is a request and ok: send a response with m.ID, empty kind, reply
Handle(kind, h): bad kind ErrBadKind; taken ErrDuplicateKind; else keep it`,
		},
	},
	{
		ID: "messaging.2", Layer: "messaging", Points: 5, Lines: 35,
		Title: "requests: ids, callbacks, responses",
		Rules: []string{"MSG-1", "MSG-2", "MSG-8", "MSG-9"},
		Hints: [3]string{
			"Ids count per connection. So what names an outstanding request, and what must match before its callback runs?",
			"Keep for every connection its last id and its outstanding requests by id. Send first, and remember a request only when that went well: a send that fails may have closed the connection, which ends all requests that it finds. A response is looked up by the connection it came on and its id; take the entry out before you call back, for the callback may send the next request.",
			`Request(conn, kind, payload, done):
    bad kind, or stopped, or no such connection: done(nil, that error), return
    id = the connection's last id + 1, after MaxID comes 1; while in use: the next
    err = send; err: done(nil, err), return
    outstanding[conn][id] = done, with a timer
response (conn, id, payload):
    entry = outstanding[conn][id]; none: ignore it
    take it out, cancel its timer, then done(payload, nil)`,
		},
	},
	{
		ID: "messaging.3", Layer: "messaging", Points: 5, Lines: 19,
		Title: "requests end: timeout, lost connection, stop",
		Rules: []string{"MSG-7"},
		Hints: [3]string{
			"Four things can end a request: its response, its timer, its connection, Stop. How do you make sure that exactly one of them does?",
			"Let all four go through one function that takes the entry out and returns whether it was there. Whoever finds it calls back; everyone later finds nothing. On a lost connection the requests end in order of their ids, and the watcher is told after them.",
			`finish(conn, id, reply, err):
    entry = outstanding[conn][id]; none: return
    delete it; cancel its timer; entry.done(reply, err)
timer: finish(conn, id, nil, ErrTimeout)
Disconnected(conn): for each id, ascending: finish(conn, id, nil, ErrClosed); forget the connection; tell the watcher
Stop: if stopped return; stopped = true
    every request of every connection: finish(..., ErrClosed)
    net.Stop(); a Request from a callback of these must end too, not stay`,
		},
	},
}
