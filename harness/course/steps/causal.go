package steps

var causalSteps = []Step{
	{
		ID: "causal.1", Layer: "causal", Points: 4, Lines: 29,
		Title: "the document: registers and lists",
		Rules: []string{"CAU-5", "CAU-6"},
		Hints: [3]string{
			"Two people insert behind the same word at once. What can both replicas compare, that nobody can choose at will and that is the same everywhere?",
			"A value goes if an update that knew of it sets or removes the key; others stay beside it. A list is a tree: an element is a child of the one that it was inserted behind. Read it depth first; order siblings by depth, then hash, then index. What is deleted stays in the tree.",
			`assign: keep the values whose update is not before this one; Set: put the new one in its place by CAU-5; none left: forget the key
insert: make the element; find its parent; put it in its place among the parent's children
delete: mark the element
List: depth first from the beginning: an element, then its children in order; leave out the marked`,
		},
	},
	{
		ID: "causal.2", Layer: "causal", Points: 4, Lines: 35,
		Title: "a verdict over ancestors, and a proof",
		Rules: []string{"CAU-4", "CAU-6", "CAU-7"},
		Hints: [3]string{
			"Your replica has an element that an update names. Its author cannot have known of it. If you say valid, and another replica, which has not got the element, says invalid: what happens to everything after it?",
			"Look at nothing but the update and what stands before it. Is prev the same author's and behind the predecessors? Was the element inserted into that list by an update behind the predecessors? For equivocation remember who took which step: author and prev. The second one to take it is the proof.",
			`verdict(u): a predecessor invalid: invalid
    prev set: it is delivered, by the same author, and ancestry.Behind(prev, predecessors); else invalid
    DecodeOps; each operation that names an element: names(op, predecessors); else invalid
names: ops of the element's update have that index, an Insert with the same key, and Behind(the update, predecessors)
compare(id, u): nobody has taken (author, prev) yet: note id; else, if the author is no liar yet: it is; caught(id, the other)`,
		},
	},
	{
		ID: "causal.3", Layer: "causal", Points: 4, Lines: 22,
		Title: "make an update, and deliver updates in order",
		Rules: []string{"CAU-1", "CAU-2", "CAU-5"},
		Hints: [3]string{
			"You know two heads, by two others, and you write. What has to be in your update so that everybody sees that you had read both? And what do you do with an update that names something which you do not have?",
			"Predecessors are the heads: at most 64, the deepest first, your own last among them or behind them; then sorted by hash. What comes too early waits in the waiting room under what it lacks; whatever arrives lets go of those that lacked nothing else, and these of others.",
			`make(ops): heads sorted by CAU-5; the first 64; if last is set and not behind any of them: it takes the place of the last one
    sort them by hash; Update{root, last, them, EncodeOps(ops)}; sign
early: waiting.Add; seek the missing of the sender
release: as long as waiting.Arrived gives any: judge each, and take what that lets go`,
		},
	},
	{
		ID: "causal.4", Layer: "causal", Points: 5, Lines: 36,
		Title: "reconcile two replicas that differ",
		Rules: []string{"CAU-3"},
		Hints: [3]string{
			"A replica was away for a day and comes back. How do two replicas find out that they differ, without sending what they have? And how many questions does a chain of a thousand updates cost, if each answer may have one?",
			"Compare the hash of the heads. If it differs, seek the other's heads. An answer has what was asked for, and as many ancestors beyond as the asker allows, nearest first, breadth before depth. Allow twice as many as the last answer had that were new to you.",
			`differ(heads): same document, another hash: seek those that are told; more than fit the message: listAll
answered(updates): from the last to the first: if neither known nor waiting: arrive, asked; fresh + 1 if it is either now
    more = min(2 * fresh, 64)
wanted(ask): those of ask.IDs that are delivered, each once, in order; then go through the list from its beginning:
    append the predecessors of each, if they are delivered and not in it, until ask.More are appended`,
		},
	},
	{
		ID: "causal.5", Layer: "causal", Points: 3, Lines: 37,
		Title: "execute the leader's blocks",
		Rules: []string{"CAU-8", "CAU-10"},
		Hints: [3]string{
			"Two replicas execute the same cut, and got its updates in different orders. Somebody has spent the same coins twice in it. What do both have to do first, so that the same one of the two is refused? And whom does it help if a lock can be redeemed and refunded at one height?",
			"Order the updates by depth, then by hash, both rising; the operations of an update by index. Each deed either does all that it says, or leaves the state as it is: look first, then change. A lock compares its height with the block's: below it only Redeem, from it on only Refund.",
			`Execute(s, cut): outcomes = s.Begin(); a copy of cut, sorted by (Depth, ID), rising
    each operation that is a deed, in order: append {its element, the author, do(...)}
spend: Take the amount of the author; too little: ErrFunds; Lock: Hold it under the operation's id; Transfer: Give it
end: Redeem from Until on, or Refund below it: ErrHeight; Redeem without the 32 bytes that have the hash: ErrSecret
    End the lock; Give: Redeem to held.To, Refund to held.From`,
		},
	},
}
