package latticetest

import (
	"fmt"
	"time"

	"strata/ledgers"
	"strata/ledgers/lattice"
	"strata/ledgers/ledgertest"
	"strata/scenario"
)

// around is what stands around the steps and is given. A student's steps carry it.
func (s suite) around() []scenario.Scenario {
	given := func(name, title, step string, length time.Duration, setup func(w scenario.World), rules ...string) scenario.Scenario {
		return scenario.New(scenario.Scenario{
			Name: "lattice/" + name, Title: title, Step: step, Rules: rules, For: length, Provided: true, Setup: setup,
		})
	}
	return []scenario.Scenario{
		given("asks", "Votes that are missing are asked for, and given.", "lattice.4", 8*second, s.asks, "LAT-8", "LED-7"),
		given("places", "Forks of dust do not keep an honest payment out.", "lattice.4", 20*second, s.placesOfDust, "LAT-7", "LAT-12"),
		given("patience", "An election that is not decided gives its place to one that waits.", "lattice.4", 90*second, s.patience, "LAT-7"),
		given("room", "There is room for so many uncemented blocks, and the class that has most of them loses its newest.", "lattice.3", 4*second, s.room, "LAT-12", "LAT-4"),
		given("many", "An account has at most 64 blocks that are not cemented.", "lattice.2", 4*second, s.many, "LAT-4"),
		given("waiting", "An account whose blocks lack others loses its own places, not those of others.", "lattice.1", 4*second, s.waiting, "LED-10"),
		given("behind", "A node that is behind asks a peer for what it lacks, a part at a time, and believes no frontier.", "lattice.2", 8*second, s.behind, "LAT-10"),
		given("checkpoint", "A node that starts late takes weights from its checkpoint.", "lattice.2", 4*second, s.checkpoint, "LAT-10"),
		given("begins", "A node begins with a cut: accounts and pending entries of before are there.", "lattice.2", 4*second, s.begins, "LAT-11"),
		given("prunes", "Old blocks are deleted, and those that are needed stay.", "lattice.2", 4*second, s.prunes, "LAT-9"),
		given("tells", "A node tells where it stands, and sends a peer what that lacks, a bounded number at a time.", "lattice.2", 8*second, s.tells, "LED-7"),
	}
}

// asks opens an election that nobody votes in, and asks the node for its own votes.
func (s suite) asks(w scenario.World) {
	d := s.voter(w)
	d.at(second, "give a block, and be silent", func() { d.gives(d.first()) })
	d.at(2500*time.Millisecond, "look", func() {
		if n := len(ledgertest.Of(lattice.KindAskVotes, d.peers.Said())); n > 0 {
			w.Fail(lat8Asks, "expected no question within 2 s, got %d", n)
		}
	})
	d.at(6*second, "look again, and ask the node", func() {
		if n := len(ledgertest.Of(lattice.KindAskVotes, d.peers.Said())); n != 2 {
			w.Fail(lat8Asks, "expected 2 questions in 5 s, got %d", n)
		}
		d.peers.Forget()
		d.peers.Deliver(lattice.KindAskVotes, lattice.EncodeRoots([]lattice.Root{d.first().Root()}))
		if n := len(ledgertest.Of(lattice.KindVote+lattice.Repeated, d.peers.Said())); n != 1 {
			w.Fail(lat8Asks, "expected the node's one vote for the place that it was asked for, got %d", n)
		}
		d.decides(d.first())
	})
	d.at(7*second, "ask it for what is cemented", func() {
		d.peers.Forget()
		d.peers.Deliver(lattice.KindAskVotes, lattice.EncodeRoots([]lattice.Root{d.first().Root()}))
		own := 0
		for _, m := range d.peers.Said() {
			if v, err := lattice.DecodeVote(m.Payload); err == nil && v.Representative == d.self && v.Timestamp == lattice.Final {
				own++
			}
		}
		if own == 0 {
			w.Fail(lat8Answers, "expected a final vote of the node for a cemented block, got none")
		}
	})
}

// dust has accounts open with a little each, and fork.
func (d *desk) dust(n int) {
	p := d.purse(1)
	for i := range n {
		q := newPurse(d.chain, i, accountOf(d.reps[1]))
		sent := p.send(q.account, 1)
		d.settles(sent)
		d.settles(q.receive(sent, 1))
		d.gives(q.copy().change(accountOf(d.reps[2])), q.copy().change(accountOf(d.reps[3])))
	}
}

// placesOfDust fills all places with forks of dust; then somebody pays.
func (s suite) placesOfDust(w scenario.World) {
	d := s.voter(w)
	d.limits.MaxElections, d.limits.Patience = 10, 3*second
	d.at(second, "fork with dust", func() { d.dust(25) })
	paid := func() *lattice.Block { return d.purse(3).send(accountOf(d.reps[2]), 100) }
	d.at(2*second, "pay", func() { d.gives(paid()) })
	w.By(12*second, lat7Places, func() error {
		if len(d.ownFor(paid())) == 0 {
			return fmt.Errorf("expected that a payment is voted on within 10 s, whatever dust waits, got no vote")
		}
		return nil
	})
}

// patience has one place, and an election in it that nobody decides.
func (s suite) patience(w scenario.World) {
	d := s.voter(w)
	d.limits.MaxElections = 1
	stuck := func() *lattice.Block { return d.purse(1).send(accountOf(d.reps[2]), 1) }
	other := func() *lattice.Block { return d.purse(2).send(accountOf(d.reps[3]), 1) }
	third := func() *lattice.Block { return d.purse(3).send(accountOf(d.reps[2]), 1) }
	d.at(second, "give two blocks for one place", func() { d.gives(stuck(), other()) })
	d.at(50*second, "look", func() {
		if len(d.ownFor(other())) > 0 {
			w.Fail(lat7Leave, "expected that the second waits for 60 s, got a vote for it")
		}
	})
	d.at(70*second, "look again; the second is decided, and a third comes", func() {
		if len(d.ownFor(other())) == 0 {
			w.Fail(lat7Leave, "expected that the second has the place after 60 s, got no vote for it")
		}
		d.decides(other())
		d.gives(third())
	})
	d.at(80*second, "the first has the place again, and is decided", func() { d.decides(stuck()) })
	d.at(81*second, "look", func() {
		if len(d.ownFor(third())) == 0 {
			w.Fail(lat7Leave, "expected that finished elections leave at once, got no vote for the third")
		}
	})
}

// room has more blocks than there is room for, most of them of small balances.
func (s suite) room(w scenario.World) {
	d := s.observer(w)
	d.limits.MaxLoose = 12
	d.at(second/2, "give more blocks than there is room for", func() {
		p := d.purse(1)
		var small []*purse
		for i := range 12 {
			q := newPurse(d.chain, i, accountOf(d.reps[1]))
			sent := p.send(q.account, 2)
			d.settles(sent, q.receive(sent, 2))
			small = append(small, q)
		}
		honest := d.purse(3).send(accountOf(d.reps[2]), 100)
		d.gives(honest)
		var given []*lattice.Block
		for _, q := range small {
			given = append(given, q.change(accountOf(d.reps[2])))
		}
		d.gives(given...)
		if loose, _ := d.ledger.Book().Loose(); loose != 12 {
			w.Fail(lat12Room, "expected 12 blocks that are not cemented, got %d", loose)
		}
		if !d.inLedger(honest) || !d.inLedger(given[0]) || d.inLedger(given[11]) {
			w.Fail(lat12Room, "expected that the newest of the small ones goes, got another gone")
		}
		d.decides(given[0])
		d.gives(given[11])
		if !d.inLedger(given[11]) {
			w.Fail(lat12Room, "expected that it may come again, got it kept out")
		}
	})
}

// many has one account with more blocks than may be uncemented.
func (s suite) many(w scenario.World) {
	d := s.observer(w)
	d.at(second/2, "give many blocks of one account", func() {
		p := d.purse(2)
		var chain []*lattice.Block
		for range lattice.MaxLoose + 5 {
			chain = append(chain, p.change(p.rep))
		}
		d.gives(chain...)
		if loose, _ := d.ledger.Book().Loose(); loose != lattice.MaxLoose {
			w.Fail(lat4Loose, "expected %d blocks of one account, got %d", lattice.MaxLoose, loose)
		}
		d.decides(chain[0])
		d.gives(chain[lattice.MaxLoose])
		if !d.inLedger(chain[lattice.MaxLoose]) {
			w.Fail(lat4Loose, "expected that one more is taken when one is cemented, got it kept out")
		}
	})
}

// waiting floods the node with blocks of one account that lack others.
func (s suite) waiting(w scenario.World) {
	d := s.observer(w)
	d.at(second/2, "give blocks that lack others", func() {
		flood := d.purse(1)
		flood.head[0] ^= 1
		kept := 0
		for range lattice.MaxSource + 20 {
			b := flood.send(accountOf(d.reps[2]), 1)
			if d.gives(b); d.status(b) == ledgers.Waiting {
				kept++
			}
		}
		if kept != lattice.MaxSource {
			w.Fail(led10Loses, "expected %d places for one account, got %d", lattice.MaxSource, kept)
		}
		p := d.purse(2)
		first, second := p.send(accountOf(d.reps[3]), 1), p.send(accountOf(d.reps[3]), 1)
		d.gives(second)
		d.wants(led10Loses, ledgers.Waiting, second, "whatever another account does")
		d.gives(first)
		if !d.inLedger(second) {
			w.Fail(led10Loses, "expected that a block comes up whatever another account does, got it left out")
		}
	})
}

// behind tells the node that a peer is ahead, with a lie among what it tells.
func (s suite) behind(w scenario.World) {
	d := s.observer(w)
	p := func(n int) (chain []*lattice.Block) {
		q := d.purse(1)
		for range n {
			chain = append(chain, q.send(accountOf(d.reps[2]), 1))
		}
		return chain
	}
	tell := func() {
		d.peers.Deliver(lattice.KindAt, (&lattice.Standing{Digest: ledgers.Digest{Position: 1000}}).Encode())
	}
	answer := func(kind string, reply []byte) []byte {
		q := d.peers.Take(lattice.KindFrontiers)
		if kind == "pull" {
			q = d.peers.Take(lattice.KindPull)
		}
		if q == nil {
			w.Fail(lat10Behind, "expected a question for %s of a peer that is ahead, got none", kind)
			return nil
		}
		q.Done(reply, nil)
		return q.Payload
	}
	d.at(second, "tell of accounts that are ahead", func() {
		tell()
		chain := p(20)
		d.peers.Forget()
		answer("frontiers", lattice.EncodeFrontiers([]lattice.Frontier{
			{Account: accountOf(d.reps[1]), Height: 21, Head: chain[19].Hash(d.chain)},
			{Account: accountOf(d.reps[3]), Height: 1 << 40, Head: lattice.Hash{1}},
		}))
		question, err := lattice.DecodePull(answer("pull", lattice.EncodePulled(chain[:8])))
		if err != nil || question.Height != 2 || question.Of != accountOf(d.reps[1]) {
			w.Fail(lat10Behind, "expected a question for the account's blocks from 2 on, got %+v", question)
		}
		answer("pull", lattice.EncodePulled(nil))
		if n := len(ledgertest.Of(lattice.KindAskVotes, d.peers.Said())); n != 1 {
			w.Fail(lat10Behind, "expected that the votes for pulled blocks are asked for at once, got %d questions", n)
		}
		if !d.inLedger(chain[7]) || d.ledger.Book().CementedHeight(accountOf(d.reps[1])) != 1 {
			w.Fail(lat10Nothing, "expected that pulled blocks are in the ledger and not cemented, got otherwise")
		}
		if got := d.ledger.Book().Head(accountOf(d.reps[3])).Height; got != 1 {
			w.Fail(lat10Nothing, "expected that a frontier alone changes nothing, got height %d", got)
		}
		d.decides(chain[:8]...)
		d.wants(lat10Behind, ledgers.Final, chain[7], "with the votes for it")
	})
	d.at(2*second, "be asked", func() {
		reply, _ := d.peers.Deliver(lattice.KindFrontiers, make([]byte, 32))
		all, err := lattice.DecodeFrontiers(reply)
		if err != nil || len(all) != 4 {
			w.Fail(lat10Behind, "expected the frontiers of four accounts, got %d", len(all))
		}
		reply, _ = d.peers.Deliver(lattice.KindPull, (&lattice.Pull{Of: accountOf(d.reps[1]), Height: 1}).Encode())
		blocks, err := lattice.DecodePulled(reply)
		if err != nil || len(blocks) != 8 || blocks[7].Hash(d.chain) != p(7)[6].Hash(d.chain) {
			w.Fail(lat10Behind, "expected 8 blocks of the account, in order, got %d", len(blocks))
		}
	})
}

// checkpoint has a node that starts late, whose ledger still has all weight at one that lies.
func (s suite) checkpoint(w scenario.World) {
	d := s.observer(w)
	d.limits.Checkpoint = lattice.Checkpoint{Blocks: 6, Weights: map[lattice.Account]lattice.Amount{
		accountOf(keyOf(60)): lattice.Raw(4 * stake),
	}}
	d.at(second/2, "vote by the weights of the ledger, then by those of the checkpoint", func() {
		p := d.purse(1)
		first, second, third := p.send(accountOf(d.reps[2]), 1), p.send(accountOf(d.reps[2]), 1), p.send(accountOf(d.reps[2]), 1)
		d.settles(first)
		d.wants(lat10Weights, ledgers.Waiting, first, "by representatives that the checkpoint does not have")
		v := &lattice.Vote{Timestamp: lattice.Final, Hashes: []lattice.Hash{first.Hash(d.chain), second.Hash(d.chain)}}
		v.Sign(ledgertest.Signer(keyOf(60)))
		d.gives(second)
		d.gossip.Deliver(lattice.KindVote, v.Encode())
		d.wants(lat10Weights, ledgers.Final, second, "by the one that the checkpoint has")
		d.settles(third)
		d.wants(lat10Weights, ledgers.Final, third, "by the ledger's, when as much is cemented as the checkpoint counts")
	})
}

// begins has a node begin with a cut in which one has sent twice, and the other has received once.
func (s suite) begins(w scenario.World) {
	d := s.observer(w)
	from, to := d.purse(1), d.purse(2)
	first, late := from.send(to.account, 5), from.send(to.account, 7)
	received := to.receive(first, 5)
	book := lattice.NewBook(&d.genesis)
	place := func(b *lattice.Block, kind lattice.Kind, height, amount uint64) {
		book.Add(&lattice.Placed{Block: b, Hash: b.Hash(d.chain), Kind: kind, Height: height, Amount: lattice.Raw(amount)})
		book.Cement(b.Account)
	}
	place(first, lattice.Send, 2, 5)
	place(late, lattice.Send, 3, 7)
	place(received, lattice.Receive, 2, 5)
	book.Put(lattice.Key{To: to.account, Send: late.Hash(d.chain)}, lattice.Pending{From: from.account, Amount: lattice.Raw(7)})
	d.base = book.Cut(time.Unix(1, 0))
	d.at(second, "look, receive what is pending, and what was received before the cut", func() {
		if got := d.ledger.Digest(); got != book.Digest() {
			w.Fail(lat11Takes, "expected the digest of the cut, %v, got %v", book.Digest(), got)
		}
		again, next := to.copy().receive(first, 5), to.receive(late, 7)
		d.settles(again)
		if d.inLedger(again) {
			w.Fail(lat11Takes, "expected that what was received before the cut is not received again, got it in the ledger")
		}
		d.settles(next)
		d.wants(lat11Takes, ledgers.Final, next, "that receives what the cut has pending")
	})
}

// prunes keeps 5 blocks of each account.
func (s suite) prunes(w scenario.World) {
	d := s.observer(w)
	d.limits.Keep = 5
	d.at(second/2, "cement twenty blocks, of which one sends what nobody receives", func() {
		p := d.purse(1)
		var chain []*lattice.Block
		for range 20 {
			chain = append(chain, p.change(p.rep))
		}
		d.settles(chain[:17]...)
		d.gives(chain[17:]...)
		book := d.ledger.Book()
		if head := book.Cemented(p.account); head == nil || head.Height != 18 || book.At(p.account, 14) == nil {
			w.Fail(lat9Prunes, "expected the newest 5 blocks and the cemented head, got %+v", head)
		}
		if book.At(p.account, 1) != nil {
			w.Fail(lat9Prunes, "expected that old blocks are deleted, got the first one")
		}
		d.gives(chain[3])
		if d.inLedger(chain[3]) {
			w.Fail(lat9Prunes, "expected that a pruned block that comes again waits, got it in the ledger")
		}
		d.decides(chain[17:]...)
		d.wants(lat9Prunes, ledgers.Final, chain[19], "after pruning")
	})
}

// tells looks at what the node tells a peer that has nothing.
func (s suite) tells(w scenario.World) {
	d := s.observer(w)
	d.at(second, "give 40 blocks; the peer has none", func() {
		p := d.purse(1)
		for range 40 {
			d.gives(p.send(accountOf(d.reps[2]), 1))
		}
		d.peers.Forget()
		d.peers.Deliver(lattice.KindAt, (&lattice.Standing{Digest: d.ledger.Digest()}).Encode())
		if n := len(ledgertest.Of(lattice.KindBlock+lattice.Repeated, d.peers.Said())); n == 0 || n > 32 {
			w.Fail(led7Sends, "expected 1 to 32 blocks at once, got %d", n)
		}
		d.peers.Deliver(lattice.KindAt, (&lattice.Standing{Digest: d.ledger.Digest()}).Encode())
		if n := len(d.peers.Said()); n > 32 {
			w.Fail(led7Sends, "expected at most 32 messages an interval, got %d", n)
		}
	})
	d.at(2*second, "forget what was told", func() { d.peers.Forget() })
	d.at(6*second, "count", func() {
		if n := len(ledgertest.Of(lattice.KindAt, d.peers.Said())); n < 7 || n > 9 {
			w.Fail(led7Tells, "expected 8 standings in 4 s in which nothing changes, got %d", n)
		}
	})
}
