package steps

var latticeSteps = []Step{
	{
		ID: "lattice.1", Layer: "lattice", Points: 5, Lines: 38,
		Title: "derive what a block does, and see whether it may",
		Rules: []string{"LAT-2"},
		Hints: [3]string{
			"No field says what a block is. Which two numbers do? And what does a receive have to find before it may add anything to a balance?",
			"Compare the balance with that of the block before: less, more, equal. Without a block before, all of the balance is received. Then look at the link: a send has a recipient, a change has none, and what receives needs a pending entry of exactly its amount. An entry that is missing means one of two things: the send is not cemented here yet, which may change, or there is nothing to receive, which will not.",
			`derive(b, hash, before): no before: Open, height 1, amount = balance
    else height = before.Height + 1; less: Send of the difference; equal: Change of nothing; more: Receive of the difference
fits(p): a send without link: ErrBurn; a change with one: ErrLink; neither receives: nil; an amount of nothing: ErrAmount
    there is an entry: another amount: ErrAmount; taken below: ErrUnreceivable; else nil
    no entry: the block of the link is not here, or not cemented: ErrGapSource; else ErrUnreceivable`,
		},
	},
	{
		ID: "lattice.2", Layer: "lattice", Points: 6, Lines: 35,
		Title: "count votes, say what a quorum is, cement",
		Rules: []string{"LAT-5", "LAT-6", "LAT-7"},
		Hints: [3]string{
			"Of two votes of one representative for one place, which counts, and which vote is never replaced? Which votes make a block final, and which block has to be final before it?",
			"One ballot a representative and place: a later time replaces an earlier one, and nothing replaces a final vote. A tally sums the weights of the ballots for one block. The quorum looks at who was heard in the last five minutes, and does not fall below what genesis wants. A candidate with final votes of a quorum is cemented if it is the next of its account; it may be another one than the ledger holds.",
			`count(v, hash): there is a ballot of it, and that is final, or no older: false
    keep hash, time and vote; true
tally(c, hash, since): sum of the weights of the ballots for hash with a time of since or later
online: sum of the weights of those heard within OnlineFor
quorum: the greater one of online and Least thousandths of the supply; two thirds of it, and 1
cement(c): for each candidate: its final votes reach the quorum, and its height is the cemented height + 1:
    exchange it, if the ledger holds another one; settleEntry(it); cemented(c, it); return`,
		},
	},
	{
		ID: "lattice.3", Layer: "lattice", Points: 4, Lines: 18,
		Title: "roll back, and exchange a block for its rival",
		Rules: []string{"LAT-3", "LAT-4"},
		Hints: [3]string{
			"A block can stand on the loser of a fork, and another on that. In which order do they go, and what does each give back?",
			"A rollback takes the newest block off until the one in the place itself is gone, and frees what each had reserved. It does not begin at all if that one is cemented.",
			`rollBack(root): lowest = what is in the root; none, or cemented: return
    while lowest is in the book: head = the account's head; drop it; free what it received; fell(root, head)
exchange(c, winner): what is in the root is the winner, or is cemented: return
    rollBack(root); enter(winner)`,
		},
	},
	{
		ID: "lattice.4", Layer: "lattice", Points: 5, Lines: 32,
		Title: "vote, move, vote for good",
		Rules: []string{"LAT-6", "LED-9"},
		Hints: [3]string{
			"Two kinds of votes: one that you may take back, and one that you may not, not even after a crash. What do you have to know before you cast the second kind, and where does it have to be before anybody hears it?",
			"Nothing is said where a promise stands. With a quorum for the block in the ledger: promise. Else, if nothing was said, vote for that block; and if something was, move to the heaviest candidate when it is heavier than one's own and a second is over. A promise is noted, then written and synced, then told.",
			`vote(c): bound holds the root: return
    all votes for the held block reach the quorum: promise(root, its hash)
    nothing said yet: say(c, its hash)
    a second is over, and best is heavier than what I vote for: say(c, best's hash)
promise(root, hash): bound[root] = hash; journal.Vote, then: on an error fail; unless stopped: sayFinal(hash), settle
say(c, hash): time = now in ms, at least 1 above that of my last vote here; note when; tell a vote for hash`,
		},
	},
}
