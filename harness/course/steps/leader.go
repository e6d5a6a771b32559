package steps

var leaderSteps = []Step{
	{
		ID: "leader.1", Layer: "leader", Points: 4, Lines: 36,
		Title: "append to the log, and recover it",
		Rules: []string{"LDR-9"},
		Hints: [3]string{
			"A crash can tear the last record anywhere. What tells you that a record is whole, and what tells you that a wrong one is not the last?",
			"Write length, number, kind, body and checksum in one piece, sync, and only then say that it is safe. To recover, read whole records from the beginning. Where that ends, look whether a whole record follows anywhere: then it is damage, else cut the file there.",
			`Append(kind, body, done): record = length, last+1, kind, body, CRC-32C of all that
    disk.Append fails: done(its error), later, and last stays
    last++, size += length of record; disk.Sync(file, done)
Recover(each): no file: nothing; while a whole record is at size: each(kind, body), its number is last; go on after it
    a whole record whose number is not last+1, unless it is the first: ErrDamaged
    if at any later byte a whole record with a higher number begins: ErrDamaged
    truncate the file to size`,
		},
	},
	{
		ID: "leader.2", Layer: "leader", Points: 3, Lines: 18,
		Title: "take a block, make it safe, acknowledge it",
		Rules: []string{"LDR-2", "LED-9"},
		Hints: [3]string{
			"You say that you have a block. What has to be on your disk by then, and how do you get there with one sync?",
			"The record carries the whole block, so that one sync makes both safe. Then comes the word. Meanwhile the view may have changed, or the log been exchanged: ask again.",
			`take(b): unless b.Parent is the tip's hash: return
    append the hash to hashes; build.taken(b); store(b)
    write(RecordBlock, the block's encoding), then:
        if the view is the same and the log still has b: synced = max(synced, height); acknowledge
acknowledge(height, hash): only as a member, in a view it takes part in, of a block of the log that is synced
    say Ack{view, height, hash}`,
		},
	},
	{
		ID: "leader.3", Layer: "leader", Points: 3, Lines: 18,
		Title: "count: when is a block committed",
		Rules: []string{"LDR-3"},
		Hints: [3]string{
			"Five members have acknowledged heights 9, 7, 7, 4 and 2, all in this view. Up to where do three of them agree? And if the leader is the one with 4?",
			"Sort the heights of this view's acknowledgements. The quorum-th highest is where a quorum agrees; the leader's own height bounds it, and so does the log's tip. An acknowledgement of another block at a height that you have is not about your log.",
			`heights: of acks of this view; skip those whose hash is not the log's, if their height is at most the tip
led: the leader's of them, else 0
fewer than a quorum: return
committed(min(the quorum-th highest, led, tip))`,
		},
	},
	{
		ID: "leader.4", Layer: "leader", Points: 7, Lines: 36,
		Title: "count wishes, change, choose the log, begin",
		Rules: []string{"LDR-4", "LDR-5", "LED-9"},
		Hints: [3]string{
			"Three words: I want, I promise, here is the log. Which of them does a member give on its own, and for which does it need a quorum of others?",
			"A wish is synced and told, and binds nobody. The highest view that a quorum wishes or exceeds is changed to: synced, then told, with last normal view and tip. The leader of the view chooses among the words of a quorum, gets that log, installs it in one record, and begins.",
			`heardWish: views of the wishes that hold, sorted; the quorum-th highest, if above ours: changeTo it
changeTo: write(RecordView), then durableView = the view, unless it is higher;
    if still in that view, not normal, a member: tellChange
start: words of a quorum for this view; else return; starting = true
    best = Best(words); obtain its log, then install the view, then:
        broadcast Begin{view, best's height and hash, the words}; keep it as begun; takePart`,
		},
	},
	{
		ID: "leader.5", Layer: "leader", Points: 3, Lines: 38,
		Title: "build a block from its ids, or ask for it",
		Rules: []string{"LDR-6"},
		Hints: [3]string{
			"An announcement has ids that its maker did not sign one by one. What proves that they are the block's, and what do you do if they are not?",
			"With all transactions here the ids have to make the root; else nothing of the announcement but the header is to be trusted, and the whole block is asked for by its hash. Ask the announcer for what is missing.",
			`rebuild(p): a transaction for each id from the pool; one missing: false
    Root(ids) is not p.Root: make the ids useless, askBlock(p), false
    delete p from open; offered(the block); true
askTxs(p): request the missing ids of p.from; if p is still open when the answer comes: gotTxs
askBlock(p): the next peer not asked yet; none: forget who was asked, again in a second
    note that it was asked; request p.hash; if p is still open when the answer comes: gotBlock`,
		},
	},
}
