package validatorstest

import (
	"errors"
	"fmt"
	"time"

	"strata/ledgers"
	"strata/ledgers/ledgertest"
	"strata/ledgers/validators"
	"strata/messaging"
	"strata/network"
	"strata/scenario"
)

// snapshots is how a node that is far behind comes to a state that it did not execute.
func (s suite) snapshots() []scenario.Scenario {
	one := func(name, title string, takes time.Duration, setup func(w scenario.World)) scenario.Scenario {
		return scenario.New(scenario.Scenario{
			Name: "validators/" + name, Title: title, Step: "validators.1", Rules: []string{"VAL-7", "VAL-11"}, For: takes, Setup: setup,
		})
	}
	return []scenario.Scenario{
		one("snapshot", "A node that is far behind fetches a snapshot over a change of the set, and goes on, also after a restart.", 28*second, s.snapshot),
		one("kept-snapshot", "The chunks of a snapshot that have come are there after a restart.", 9*second, s.keptSnapshot),
		one("forged-snapshot", "Of a snapshot nothing is taken that is not proved, and another peer is asked.", 24*second, s.forgedSnapshot),
	}
}

// snapshot has a fifth node, which is no validator, be away while one of the four leaves the set. No block of before is with
// it afterwards: it has fetched the state.
func (s suite) snapshot(w scenario.World) {
	leaves := w.Rand().IntN(4)
	c := s.cluster(w, 5, func(g *validators.Genesis) {
		g.Epoch, g.MinSelf = 4, 1000
		g.Founders = g.Founders[:4]
		g.Holders = append(g.Holders, validators.Holder{Account: g.Founders[leaves].Account, Balance: 10}) // for its fee
	})
	c.limits = validators.Config{EmptyInterval: second, SnapshotEvery: 2, SnapshotBehind: 6}
	far, near := c.members[4], c.members[:4]
	away := func(from, length time.Duration) {
		w.Inject(scenario.Fault{Kind: scenario.Crash, At: from, For: length, A: []network.Addr{far.addr}})
	}
	away(2*second, 10*second+c.until(second))
	w.At(4*second, near[0].addr, "undelegate", func() {
		old := c.newClient(10 + leaves)
		old.submit(near[0], old.next(validators.Transaction{Kind: validators.Undelegate, To: old.address(), Amount: stakes(4)[leaves]}))
	})
	w.By(18*second, val11Fetches, func() error { return c.began(far, w.Key(near[leaves].addr)) })
	away(19*second, second)
	tx := c.clients[0].pays(c.clients[1].address(), 1)
	w.At(22*second, far.addr, "submit a payment", func() { c.clients[0].submit(far, tx) })
	w.By(27*second, val11Fetches, func() error {
		if err := c.began(far, w.Key(near[leaves].addr)); err != nil {
			return err
		}
		if far.ledger.Status(tx.ID(c.chain)).State != ledgers.Final {
			return errors.New("expected that a node that began with a snapshot decides with the others, got a payment that is not final")
		}
		return nil
	})
}

// began says whether a node stands about where the others do, with the set that has changed, and has begun with a snapshot.
func (c *cluster) began(m *member, gone network.PublicKey) error {
	if m.ledger == nil || c.members[0].ledger == nil {
		return errors.New("expected that the nodes run, got that one does not")
	}
	tip := m.ledger.Tip()
	first, err := m.ledger.Certified(1)
	switch others := c.members[0].ledger.Tip().Height; {
	case err != nil:
		return err
	case first != nil || tip.Height+3 < others:
		return fmt.Errorf("expected that the node fetches a snapshot and goes on to about height %d, got height %d", others, tip.Height)
	case tip.Next.Index(gone) >= 0:
		return errors.New("expected that the set has changed, got the old one")
	}
	return nil
}

// keptSnapshot has a state come in three answers, and the validator stop after the second. Afterwards it asks for the rest.
func (s suite) keptSnapshot(w scenario.World) {
	d := s.desk(w, 3, func(g *validators.Genesis) {
		for i := range 4000 { // more than one chunk has room for
			g.Holders = append(g.Holders, validators.Holder{Account: validators.Address{byte(i), byte(i >> 8), 1}, Balance: 1})
		}
	})
	d.limits = validators.Config{SnapshotEvery: 4, SnapshotBehind: 8}
	past := &past{d: d}
	var asked []validators.ChunkAsked
	chunk := func(q *ledgertest.Question) []byte {
		a, err := validators.DecodeChunkAsked(q.Payload)
		scenario.Must(err)
		asked = append(asked, a)
		return d.tip.State.Tree().Chunk(validators.Part{Depth: a.Depth, Prefix: a.Prefix}).Encode()
	}
	d.at(second, "be far ahead, and answer", func() {
		past.grow(12)
		stands := validators.Standing{Height: 12, Hash: d.tip.Hash}
		d.peers.Deliver(validators.KindState, stands.Encode())
		past.answer(validators.KindHeaders, func(*ledgertest.Question) []byte { return past.given().Encode() })
	})
	d.at(2*second, "give the halves", func() { past.answer(validators.KindChunk, chunk) })
	d.at(3*second, "give one half", func() { past.answer(validators.KindChunk, chunk) })
	w.Inject(scenario.Fault{Kind: scenario.Crash, At: 4 * second, For: second, A: []network.Addr{w.Addr(0)}})
	d.at(7*second, "give the other half", func() {
		past.answer(validators.KindChunk, chunk)
		if last := asked[len(asked)-1]; last.Depth != 1 || last.Prefix == asked[1].Prefix {
			w.Fail(val11Kept, "expected that after a restart the part is asked for that is not there, got depth %d, prefix %x", last.Depth, last.Prefix[:1])
		}
		d.host.After(second, func() {
			if at := d.ledger.Digest(); at.Position != 12 || at.Hash != d.tip.Hash {
				w.Fail(val11Kept, "expected the snapshot of height 12 once its last part was there, got height %d", at.Position)
			}
		})
	})
}

// honest is the neighbour whose answers are right.
const honest = "10.9.8.9:4000"

// forgedSnapshot has neighbours answer a validator that is far behind, first wrongly. Those that withhold are asked in vain;
// all others are blamed.
func (s suite) forgedSnapshot(w scenario.World) {
	d := s.desk(w, 3)
	d.limits = validators.Config{SnapshotEvery: 4, SnapshotBehind: 8}
	d.neighbours = []network.Addr{ledgertest.Passer, "10.9.8.1:4000", "10.9.8.2:4000", "10.9.8.3:4000", "10.9.8.4:4000", honest}
	past := &past{d: d}
	headers := []func(g *validators.HeadersGiven) []byte{
		func(g *validators.HeadersGiven) []byte { g.All[0].By.Signatures[1][7] ^= 1; return g.Encode() },
		func(g *validators.HeadersGiven) []byte {
			g.All[0].By = past.certified(past.foreign())
			return g.Encode()
		},
		func(g *validators.HeadersGiven) []byte {
			g.All[0].By.Signers, g.All[0].By.Signatures = g.All[0].By.Signers&^1, g.All[0].By.Signatures[1:]
			return g.Encode()
		},
		func(g *validators.HeadersGiven) []byte { g.To++; return append(g.Encode(), 0) },
		func(*validators.HeadersGiven) []byte { return nil },
		(*validators.HeadersGiven).Encode,
	}
	d.at(second/2, "decide twelve blocks elsewhere", func() { past.grow(12) })
	for i, answer := range headers {
		d.at(second+2*second*time.Duration(i), "be far ahead, and answer", func() {
			stands := validators.Standing{Height: 12, Hash: d.tip.Hash}
			before := len(d.blamed)
			d.peers.Deliver(validators.KindState, stands.Encode())
			past.answer(validators.KindHeaders, func(*ledgertest.Question) []byte { return answer(past.given()) })
			if wrong := i < len(headers)-2; wrong != (len(d.blamed) > before) {
				w.Fail(val11Blames, "expected that wrong headers alone blame their sender, got %d blamed after answer %d", len(d.blamed)-before, i)
			}
		})
	}
	lies := []func(c *validators.Chunk) []byte{
		func(c *validators.Chunk) []byte { c.Entries[0].Value = []byte{9}; return c.Encode() },
		func(c *validators.Chunk) []byte {
			return d.genesis.Tip().State.Tree().Chunk(validators.Part{}).Encode()
		},
		func(*validators.Chunk) []byte { return make([]byte, ledgers.MaxBlock+1) },
		func(*validators.Chunk) []byte { return nil },
	}
	d.at(13*second, "answer for the state", func() {
		before := len(d.blamed)
		for asked, times := network.Addr(""), 0; asked != honest && times < len(d.neighbours); times++ {
			past.answer(validators.KindChunk, func(q *ledgertest.Question) []byte {
				asked = q.To
				c := d.tip.State.Tree().Chunk(validators.Part{})
				if asked == honest {
					return c.Encode()
				}
				lie := lies[0](c)
				lies = append(lies[1:], lies[0])
				return lie
			})
		}
		d.host.After(2*second, func() {
			if at := d.ledger.Digest(); at.Position != 12 || at.Hash != d.tip.Hash {
				w.Fail(val11Fetches, "expected the snapshot of height 12 once an honest peer was asked, got height %d", at.Position)
			}
			if blamed := len(d.blamed) - before; blamed != 3 {
				w.Fail(val11Blames, "expected that each wrong chunk blames its sender, and none that is withheld, got %d blamed of 3", blamed)
			}
		})
	})
}

// past is a chain that was decided while the validator was away.
type past struct {
	d   *desk
	all []*validators.SignedHeader
}

// grow decides so many blocks.
func (p *past) grow(blocks int) {
	d := p.d
	for range blocks {
		b := d.rules.Draft(d.tip, 0, uint64(d.host.Now().UnixMilli()), nil, nil)
		next, err := d.rules.Execute(d.tip, b)
		scenario.Must(err)
		next.By = d.certificateOf(d.tip.Next, b)
		p.all = append(p.all, &validators.SignedHeader{Header: b.Header, By: next.By, Next: next.Next})
		d.tip = next
	}
}

// given is the right answer for headers.
func (p *past) given() *validators.HeadersGiven {
	last := *p.all[len(p.all)-1]
	by := *last.By
	by.Signatures = append([]network.Signature(nil), by.Signatures...)
	last.By = &by
	return &validators.HeadersGiven{To: last.Header.Height, All: []*validators.SignedHeader{&last}}
}

// foreign is another chain of the same validators.
func (p *past) foreign() ledgers.ChainID {
	other := p.d.genesis
	other.MinFee++
	return other.Chain()
}

// certified is a certificate of the last header as it would be on a chain.
func (p *past) certified(chain ledgers.ChainID) *validators.Certificate {
	last := p.all[len(p.all)-1]
	var words []*validators.Word
	for i := range fellows - 1 {
		w := &validators.Word{Kind: validators.Precommit, Height: last.Header.Height, Hash: last.Header.Hash(chain), Valid: validators.NoRound}
		w.Sign(chain, ledgertest.Signer(p.d.keys[i]))
		words = append(words, w)
	}
	return validators.Certify(p.d.tip.Set, words)
}

// answer answers a question of that kind, which the validator has asked.
func (p *past) answer(kind messaging.Kind, give func(q *ledgertest.Question) []byte) {
	q := p.d.peers.Take(kind)
	if q == nil {
		p.d.w.Fail(val11Fetches, "expected that a validator that is far behind asks for %s, got no question", kind)
		return
	}
	q.Done(give(q), nil)
}
