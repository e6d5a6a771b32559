package steps

var mempoolSteps = []Step{
	{
		ID: "mempool.1", Layer: "mempool", Points: 5, Lines: 34,
		Title: "add and announce",
		Rules: []string{"MEM-1", "MEM-4", "MEM-8"},
		Hints: [3]string{
			"In which order do you ask the questions? One of them costs a thousand times what the others do.",
			"Known, conflict and a full sender are looked up in maps; the signature is checked last, but before anything is changed or sent. When the pool is full the oldest goes, whoever sent it.",
			`check(tx), in this order:
    (sender, nonce) pooled: the same id is ErrKnown, another one ErrConflict
    the sender has MaxPerSender: ErrSenderFull
    cfg.Verifier.Verify(tx), last: it alone is expensive
insert(tx): MaxTxs pooled: forget the oldest
    put it at the end of the queue, expiring at now + KeepFor; note its slot; count its sender; tell the watcher; see to the timer
Add: check, insert
Announce: check, g.Broadcast(KindNewTx, its text), insert; an error of either ends it`,
		},
	},
	{
		ID: "mempool.2", Layer: "mempool", Points: 5, Lines: 9,
		Title: "receive gossip",
		Rules: []string{"MEM-2", "MEM-3", "MEM-9"},
		Hints: [3]string{
			"Gossip asks you one thing: shall this travel on? What would go wrong if you passed on what you did not pool?",
			"The same transaction can come under many gossip ids: gossip cannot know, you can. So the answer is exactly whether it was pooled just now.",
			`gossip handler(from, payload):
    tx, err = ParseTransaction(payload); no err: err = Add(tx)
    err: tell the watcher
    return err == nil`,
		},
	},
	{
		ID: "mempool.3", Layer: "mempool", Points: 5, Lines: 27,
		Title: "list, evict, expire",
		Rules: []string{"MEM-5", "MEM-6", "MEM-7", "MEM-9"},
		Hints: [3]string{
			"Everything stays equally long. So in which order do transactions expire, and how many timers do you need?",
			"The order of arrival is the order of expiry: one timer, for the oldest, is enough. Evicting removes from every map at once, and from the middle of the order too.",
			`Transactions: a new slice, in order of arrival
Evict(ids): one pass over the queue: what is named goes, and is forgotten (slot, count);
    nothing left: no timer is pending
expire, when the timer runs: while the oldest's time has come: forget it
    if any are left: the timer for the oldest's time
Stop: cancel the timer; none is set again`,
		},
	},
}
