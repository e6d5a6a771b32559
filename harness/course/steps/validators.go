package steps

var validatorsSteps = []Step{
	{
		ID: "validators.1", Layer: "validators", Points: 3, Lines: 23,
		Title: "count a quorum, say who proposes, check a certificate",
		Rules: []string{"VAL-4", "VAL-7"},
		Hints: [3]string{
			"Somebody shows you signatures and says that a block was decided. Which ways are there to make a few signatures look like many?",
			"A quorum is the least power of which three times is more than twice the whole. A certificate has a bit and a signature for each signer, in the order of the set: every one has to be a precommit of that round for that block, and their power a quorum.",
			`Quorum(t): t - (t-1)/3; multiplying could overflow
Proposer(n, height, round): ((height-1) mod n + round mod n) mod n, in 64 bits
Certifies: bits beyond the set, or another number of signatures than of bits: ErrCertificate
    for each validator with a bit: a Precommit of the certificate's height, round and hash, Valid NoRound, with the
        validator's key and the next signature; nil or not verified: ErrCertificate; add its power
    less power than a quorum of the set's total: ErrCertificate`,
		},
	},
	{
		ID: "validators.2", Layer: "validators", Points: 6, Lines: 36,
		Title: "prevote a proposal, lock what a quorum prevoted",
		Rules: []string{"VAL-5"},
		Hints: [3]string{
			"You have precommitted a block, and the round came to nothing. Somebody may have decided that block all the same. What may you prevote from now on, and who could change your mind?",
			"A fresh proposal (valid round -1) is prevoted unless you are locked on another. One that was proposed before is prevoted if a quorum prevoted it in its valid round, and your lock is not later, or is on that block. A quorum of prevotes in this round locks, if you have not precommitted; it makes the block valid in any case.",
			`onProposal: judged(the proposal's hash): not known: false; a nil block is one that is not valid
    valid round -1: accept a valid block of this round, timely, if not locked, or locked on it
    else: fewer than a quorum of prevotes for it in the valid round: false (it may yet come)
          accept a valid block if locked.round <= valid round, or locked on it
    step = prevote; say Prevote for the hash or for nil; true
onPolka: false if done in this round, without proposal, or before step prevote
    false unless the proposed block is valid and a quorum of this round prevotes it
    polka = true; valid = this round and hash
    in step prevote: locked = valid, step = precommit, say Precommit for it; true`,
		},
	},
	{
		ID: "validators.3", Layer: "validators", Points: 5, Lines: 39,
		Title: "let time end steps, skip rounds, decide",
		Rules: []string{"VAL-5", "VAL-8", "VAL-10"},
		Hints: [3]string{
			"Nobody may wait forever, and nobody may give up too soon. What have you seen when waiting longer could still help, and what when it could not?",
			"A quorum of prevotes for nil ends the step at once. A quorum of different ones starts its timeout; so do precommits of a quorum, after which comes the next round. Validators of more than a third in later rounds take you along. Precommits of a quorum for one block decide in whatever round they are.",
			`onPrevotes: only in step prevote
    a quorum for nil: step = precommit, say Precommit for nil; true
    a quorum of any: schedule(StepPrevote), which says whether it is new
onPrecommits: a quorum of any precommits in this round: schedule(StepPrecommit)
timeout(s): StepPropose, still in it: step = prevote, say nil; StepPrevote, still in it: step = precommit, say nil
    StepPrecommit, below the last round: startRound of the next
skip: add the power of ahead(), the furthest first; where it is more than (t-1)/3: startRound of that round; true
decide: for each round: chosen(Precommit), whose block is here and valid: decided(block, Certify of its words); true`,
		},
	},
	{
		ID: "validators.4", Layer: "validators", Points: 3, Lines: 24,
		Title: "sign what is safe, and nothing else in its place",
		Rules: []string{"VAL-6", "LED-9"},
		Hints: [3]string{
			"Your process is killed between two lines of this function. For each pair of lines: what does the disk know, what do the others know?",
			"First look whether something was signed in this place: then that is said again. Else sign, put the blocks that the word and the lock need into the file, then the record, and speak when the sync is over.",
			`sign(w, then): a word is in signed for its round and kind: then(that one); return
    sign w, note it in signed
    shelveBlock of w's hash, of the locked and of the valid one; an error: fail
    add signedRecord(w) to the shelf; an error: fail
    sync: an error: fail; else then(w)`,
		},
	},
	{
		ID: "validators.5", Layer: "validators", Points: 3, Lines: 30,
		Title: "find a contradiction, and let it cost something",
		Rules: []string{"VAL-9"},
		Hints: [3]string{
			"Two signed messages are to convince somebody who was not there. What do they have to have in common, and in what may they differ?",
			"One validator, height, round and kind, and another hash or valid round. In one order, so that one contradiction has one encoding. It costs a twentieth, rounded up, of all stake of the signer that was there or has left since; once; and not after Unbonding heights.",
			`Contradict: same kind, height, round and key; hash or valid differs; First's encoding below Second's; both verify
Slash: a height to come, or more than Unbonding below: false
    the signer is not in the set of its height: false; its account has no registration, or is marked: false
    SlashStake of the account since the words' height: (amount+19)/20 each; Mark it; true
compare(old, w): the same hash and valid round: nothing
    evidence of both, the lower encoding first; accuse says that it is news: spread it`,
		},
	},
}
