package validatorstest

import (
	"bytes"
	"math"

	"strata/ledgers"
	"strata/ledgers/ledgertest"
	"strata/ledgers/validators"
	"strata/network"
	"strata/scenario"
)

// judging is what can be judged without a node.
func (s suite) judging() []scenario.Scenario {
	judge := func(name, title, step string, setup func(t trial), rules ...string) scenario.Scenario {
		return scenario.New(scenario.Scenario{
			Name: "validators/" + name, Title: title, Step: step, Rules: rules, For: second,
			Setup: func(w scenario.World) {
				d := s.desk(w, 0)
				w.At(second/2, w.Addr(0), "judge", func() { setup(trial{d, s.stack.NewJudge()}) })
			},
		})
	}
	return []scenario.Scenario{
		judge("quorum", "A quorum is the least power of which three times is more than twice the whole.", "validators.1", trial.quorum, "VAL-4"),
		judge("turns", "Each height and each round has the next validator as proposer.", "validators.1", trial.turns, "VAL-4"),
		judge("certificate", "A certificate proves one block by precommits of a quorum in one round, or nothing.", "validators.1", trial.certificate, "VAL-7"),
		judge("contradiction", "Two different words in one place are evidence, and nothing else is.", "validators.5", trial.contradiction, "VAL-9"),
		judge("conviction", "A validator that contradicted itself loses a twentieth of all its stake, once, in time.", "validators.5", trial.conviction, "VAL-9"),
	}
}

// trial is one case before the graded judge.
type trial struct {
	*desk
	judge validators.Judge
}

func (t trial) quorum() {
	for total := uint64(1); total <= 200; total++ {
		if got, want := t.judge.Quorum(total), (referee{}).Quorum(total); got != want {
			t.w.Fail(val4Quorum, "expected quorum %d of %d, got %d", want, total, got)
		}
	}
	const most = validators.MaxSupply - 1
	if got := t.judge.Quorum(most); got != most-(most-1)/3 {
		t.w.Fail(val4Quorum, "expected quorum %d of %d, got %d", uint64(most-(most-1)/3), uint64(most), got)
	}
}

func (t trial) turns() {
	for n := 1; n <= 7; n++ {
		for height := uint64(1); height <= 20; height++ {
			for round := range uint32(20) {
				if got, want := t.judge.Proposer(n, height, round), (referee{}).Proposer(n, height, round); got != want {
					t.w.Fail(val4Turn, "expected proposer %d of %d at height %d in round %d, got %d", want, n, height, round, got)
				}
			}
		}
	}
	// 2^64-2 mod 7 is 0, and 2^32-1 mod 7 is 3.
	if got := t.judge.Proposer(7, math.MaxUint64, math.MaxUint32); got != 3 {
		t.w.Fail(val4Turn, "expected proposer 3 of 7 in the last round of the last height, got %d", got)
	}
}

// certify makes a certificate for a hash with the words of some validators, signed in a round.
func (t trial) certify(round uint32, hash validators.Hash, kind validators.WordKind, who ...int) *validators.Certificate {
	var words []*validators.Word
	for _, v := range who {
		words = append(words, t.word(v, kind, round, hash, validators.NoRound))
	}
	return validators.Certify(t.tip.Next, words)
}

func (t trial) certificate() {
	a, b := validators.Hash{1}, validators.Hash{2}
	judged := func(what string, c *validators.Certificate, want bool) {
		if err := t.judge.Certifies(t.chain, t.tip.Next, c); (err == nil) != want {
			t.w.Fail(val7Proves, "expected %t of a certificate with %s, got error %v", want, what, err)
		}
	}
	right := func() *validators.Certificate { return t.certify(2, a, validators.Precommit, 1, 2, 3) }
	judged("precommits of three of four", right(), true)
	judged("precommits of two of four", t.certify(2, a, validators.Precommit, 1, 3), false)
	judged("prevotes", t.certify(2, a, validators.Prevote, 1, 2, 3), false)
	nothing := t.certify(2, validators.Hash{}, validators.Precommit, 1, 2, 3)
	nothing.Height = t.height()
	judged("precommits of nil", nothing, false)
	doubled := right()
	doubled.Signatures[2] = doubled.Signatures[1]
	judged("a signer doubled", doubled, false)
	rounds := right()
	rounds.Signatures[2] = t.word(3, validators.Precommit, 3, a, validators.NoRound).Signature
	judged("signatures of two rounds", rounds, false)
	hashes := right()
	hashes.Hash = b
	judged("signatures for another block", hashes, false)
	swapped := right()
	swapped.Signatures[0], swapped.Signatures[1] = swapped.Signatures[1], swapped.Signatures[0]
	judged("signatures in another order", swapped, false)
	for what, spoil := range map[string]func(c *validators.Certificate){
		"another height": func(c *validators.Certificate) { c.Height++ },
		"a bit of nobody": func(c *validators.Certificate) {
			c.Signers, c.Signatures = c.Signers|1<<4, append(c.Signatures, c.Signatures[0])
		},
		"a signature too few":        func(c *validators.Certificate) { c.Signatures = c.Signatures[:2] },
		"a signature too many":       func(c *validators.Certificate) { c.Signatures = append(c.Signatures, c.Signatures[0]) },
		"a bit without a signature":  func(c *validators.Certificate) { c.Signers |= 1 },
		"one wrong among signatures": func(c *validators.Certificate) { c.Signatures[1][5] ^= 1 },
	} {
		c := right()
		spoil(c)
		judged(what, c, false)
	}
	if t.judge.Certifies(ledgers.ChainID{7}, t.tip.Next, right()) == nil {
		t.w.Fail(val7Proves, "expected that a certificate of another chain proves nothing, got that it does")
	}
	if t.judge.Certifies(t.chain, append(t.tip.Next[1:4:4], t.tip.Next[0]), right()) == nil {
		t.w.Fail(val7Proves, "expected that a certificate of another set proves nothing, got that it does")
	}
}

// against is evidence of two words, in the order of their encodings.
func against(a, b *validators.Word) *validators.Evidence {
	if bytes.Compare(a.Encode(), b.Encode()) > 0 {
		a, b = b, a
	}
	return &validators.Evidence{First: a, Second: b}
}

func (t trial) contradiction() {
	a, b := validators.Hash{1}, validators.Hash{2}
	vote := func(who int, kind validators.WordKind, round uint32, hash validators.Hash) *validators.Word {
		return t.word(who, kind, round, hash, validators.NoRound)
	}
	for _, c := range []struct {
		what string
		a, b *validators.Word
		want bool
	}{
		{"two prevotes", vote(1, validators.Prevote, 0, a), vote(1, validators.Prevote, 0, b), true},
		{"a precommit and one of nil", vote(1, validators.Precommit, 0, a), vote(1, validators.Precommit, 0, none), true},
		{"two proposals", vote(1, validators.Proposal, 3, a), vote(1, validators.Proposal, 3, b), true},
		{"two valid rounds of one proposal", vote(1, validators.Proposal, 3, a), t.word(1, validators.Proposal, 3, a, 2), true},
		{"one word twice", vote(1, validators.Prevote, 0, a), vote(1, validators.Prevote, 0, a), false},
		{"words of two rounds", vote(1, validators.Prevote, 0, a), vote(1, validators.Prevote, 1, b), false},
		{"words of two kinds", vote(1, validators.Prevote, 0, a), vote(1, validators.Precommit, 0, b), false},
		{"words of two validators", vote(1, validators.Prevote, 0, a), vote(2, validators.Prevote, 0, b), false},
	} {
		if got := t.judge.Contradict(t.chain, against(c.a, c.b)); got != c.want {
			t.w.Fail(val9Two, "expected %t of %s, got %t", c.want, c.what, got)
		}
	}
	good := against(vote(1, validators.Prevote, 0, a), vote(1, validators.Prevote, 0, b))
	if t.judge.Contradict(t.chain, &validators.Evidence{First: good.Second, Second: good.First}) {
		t.w.Fail(val9Two, "expected one order of the two words, got that both will do")
	}
	if t.judge.Contradict(ledgers.ChainID{7}, good) {
		t.w.Fail(val9Two, "expected that words of another chain are no evidence, got that they are")
	}
	for _, at := range []**validators.Word{&good.First, &good.Second} {
		forged := **at
		forged.Signature[3] ^= 1
		old := *at
		*at = &forged
		if t.judge.Contradict(t.chain, good) {
			t.w.Fail(val9Two, "expected that a forged word is no evidence, got that it is")
		}
		*at = old
	}
	other := *good.First
	other.Height++
	other.Sign(t.chain, ledgertest.Signer(t.keys[1]))
	if t.judge.Contradict(t.chain, against(&other, good.Second)) {
		t.w.Fail(val9Two, "expected that words of two heights are no evidence, got that they are")
	}
}

func (t trial) conviction() {
	p := t.genesis.Params
	account := t.genesis.Founders[1].Account
	e := against(t.word(1, validators.Prevote, 0, validators.Hash{1}, validators.NoRound), t.word(1, validators.Prevote, 0, none, validators.NoRound))
	begin := func() validators.State {
		s := t.tip.State
		for _, tx := range []validators.Transaction{
			{Kind: validators.Delegate, To: account, Amount: 101},
			{Kind: validators.Undelegate, To: account, Amount: 40},
		} {
			if err := t.rules.Apply(&s, 1, t.spender.next(tx)); err != nil {
				panic(err) // the suite's slip
			}
		}
		t.spender.nonce = 0
		return s
	}
	s := begin()
	if !t.judge.Slash(&s, p, 1+p.Unbonding, e) {
		t.w.Fail(val9Valid, "expected that evidence is valid %d heights after its words, got that it is not", p.Unbonding)
	}
	r, _ := s.Registration(account)
	if r.Self != 19_999-1_000 || r.Power != r.Self+61-4 {
		t.w.Fail(val9Slashed, "expected a self stake of 18999 and a power of 19056, got %d and %d", r.Self, r.Power)
	}
	if u := s.Unbonding(1 + p.Unbonding); len(u) != 1 || u[0].Amount != 38 {
		t.w.Fail(val9Slashed, "expected that 38 of 40 are left of what was undelegated since, got %v", u)
	}
	if !r.Marked {
		t.w.Fail(val9Marks, "expected that the key is marked, got that it is not")
	}
	root := s.Root()
	if t.judge.Slash(&s, p, 2, e) || s.Root() != root {
		t.w.Fail(val9Valid, "expected that a key is slashed once, got it slashed again")
	}
	nobody := *e.First
	nobody.Key = network.PublicKey{9}
	early := *e.First
	early.Height = 7
	for what, c := range map[string]struct {
		height uint64
		first  *validators.Word
	}{
		"too old":                     {2 + p.Unbonding, e.First},
		"of nobody in the set":        {1, &nobody},
		"of a height that is to come": {6, &early},
	} {
		s := begin()
		root := s.Root()
		if t.judge.Slash(&s, p, c.height, &validators.Evidence{First: c.first, Second: e.Second}) || s.Root() != root {
			t.w.Fail(val9Valid, "expected that evidence that is %s convicts nobody, got that it does", what)
		}
	}
}
