package steps

var gossipSteps = []Step{
	{
		ID: "gossip.1", Layer: "gossip", Points: 4, Lines: 15,
		Title: "broadcast",
		Rules: []string{"GSP-1", "GSP-2"},
		Hints: [3]string{
			"On a ring your own message comes back to you from the other side. What has to be true by then?",
			"Draw 16 random bytes from the host, remember them as seen, and only then send them, with the payload behind, to every peer.",
			`id = 16 bytes of host.Rand()
mark id seen, now
peers.Broadcast(KindPrefix + kind, id + payload)`,
		},
	},
	{
		ID: "gossip.2", Layer: "gossip", Points: 6, Lines: 10,
		Title: "receive once and pass on",
		Rules: []string{"GSP-3", "GSP-4", "GSP-5", "GSP-6"},
		Hints: [3]string{
			"The handler may broadcast, and the network may answer before your handler has returned. When exactly do you mark the id?",
			"Marking before the handler runs is what ends the flood on a cycle, even if the handler refuses. The very bytes that came travel on, to everyone except whom they came from.",
			`received(from, bytes):
    fewer than 16 bytes: ignore
    id seen: ignore
    mark id seen, now
    if handler(from, bytes after the id): peers.Broadcast(kind, bytes, except from)`,
		},
	},
	{
		ID: "gossip.3", Layer: "gossip", Points: 5, Lines: 12,
		Title: "forget: sweep, bound, stop",
		Rules: []string{"GSP-7", "GSP-8"},
		Hints: [3]string{
			"Ids are marked in order of time. Which ones can be old, and do you need to look at any others?",
			"Beside the set keep a queue of ids in the order they were marked, with the times. Sweeping takes from its front until the first that is young enough; the bound takes from the front as well.",
			`mark(id): put it in the set and at the queue's end; while the queue is longer than MaxSeen: forget its first
sweep: while the queue's first is SeenFor old or older: forget it
    timer = host.After(Sweep, sweep)
Start: peers.Start, then set the first timer
Stop: if stopped return; cancel the timer; peers.Stop`,
		},
	},
}
