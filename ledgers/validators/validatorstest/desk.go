package validatorstest

import (
	"bytes"
	"crypto/ed25519"
	"time"

	"strata/ledgers"
	"strata/ledgers/ledgertest"
	"strata/ledgers/validators"
	"strata/network"
	"strata/scenario"
)

// desk is one graded validator whose fellows are played by the scenario: gossip and peers are fakes that note what it
// says and hand over what the script wants it to hear. So each word, and its order, is the script's. There are four
// validators of nearly the same power: three are a quorum, two are more than a third.
type desk struct {
	w       scenario.World
	suite   suite
	self    int
	genesis validators.Genesis
	chain   ledgers.ChainID
	rules   *validators.Rules
	tip     *validators.Tip // of the script: where the next block belongs
	keys    []ed25519.PrivateKey
	spender *client
	boots   int
	limits  validators.Config // its genesis is the desk's

	neighbours []network.Addr // none: ledgertest.Passer alone

	host   network.Host
	disk   *ledgertest.Disk
	gossip *ledgertest.Gossip
	peers  *ledgertest.Peers
	ledger validators.Validators
	sent   []ledgertest.Message // over all boots
	final  []ledgers.OpID
	blamed []network.Addr
	said   map[spot]*validators.Word
	bodies map[validators.Hash]*validators.Block
}

// spot is where a validator says one word at most.
type spot struct {
	height uint64
	round  uint32
	kind   validators.WordKind
}

// fellows is how many validators a desk has.
const fellows = 4

// desk makes a ledger of which validator self is graded: it proposes in round self of height 1.
func (s suite) desk(w scenario.World, self int, change ...func(g *validators.Genesis)) *desk {
	d := &desk{w: w, suite: s, self: self, said: map[spot]*validators.Word{}, bodies: map[validators.Hash]*validators.Block{}}
	c := &cluster{w: w, suite: s}
	d.spender = c.newClient(0)
	d.genesis.Params = validators.Defaults()
	for i := range fellows {
		key := c.newClient(100 + i).key
		f := validators.Founder{Account: c.newClient(10 + i).address(), Stake: uint64(20_000 - i)}
		f.Addr = network.Addr("10.9.9." + string(rune('1'+i)) + ":4000")
		copy(f.Key[:], key.Public().(ed25519.PublicKey))
		if i == self {
			f.Key = w.Key(w.Addr(0))
		}
		d.keys = append(d.keys, key)
		d.genesis.Founders = append(d.genesis.Founders, f)
	}
	d.genesis.Holders = []validators.Holder{{Account: d.spender.address(), Balance: 1_000_000}}
	for _, f := range change {
		f(&d.genesis)
	}
	d.chain = d.genesis.Chain()
	c.chain, c.genesis = d.chain, d.genesis
	d.spender.cluster = c
	d.rules, d.tip = validators.RulesOf(&d.genesis, referee{}), d.genesis.Tip()
	w.Node(w.Addr(0), d.boot)
	return d
}

// boot founds the disk at the first boot, and starts the validator.
func (d *desk) boot(h network.Host) {
	d.boots++
	d.host, d.disk = h, ledgertest.Watch(h.Disk(), d.disk)
	if d.boots > 1 {
		d.start()
		return
	}
	ledgers.Found(d.disk, d.chain, h.Identity().Key(), func(err error) {
		scenario.Must(err)
		d.start()
	})
}

// start starts the validator on its fakes.
func (d *desk) start() {
	d.gossip = ledgertest.NewGossip(d.w.Now, d.spoke)
	if d.neighbours == nil {
		d.neighbours = []network.Addr{ledgertest.Passer}
	}
	d.peers = ledgertest.NewPeers(d.w.Now, d.neighbours...)
	cfg := d.limits
	cfg.Genesis = d.genesis
	d.ledger = d.suite.stack.NewValidators(ledgertest.Host{Host: d.host, Watched: d.disk}, d.gossip, d.peers, scenario.Complete(cfg))
	if err := d.ledger.Start(deskWatcher{d}); err != nil {
		d.w.Fail(val6GoesOn, "expected that the validator starts, got %v", err)
	}
}

// at does one item of the script.
func (d *desk) at(t time.Duration, what string, do func()) { d.w.At(t, d.w.Addr(0), what, do) }

// height is the one that the script is about.
func (d *desk) height() uint64 { return d.tip.Height + 1 }

// word is what a fellow says.
func (d *desk) word(who int, kind validators.WordKind, round uint32, hash validators.Hash, valid int64) *validators.Word {
	w := &validators.Word{Kind: kind, Height: d.height(), Round: round, Hash: hash, Valid: valid}
	w.Sign(d.chain, ledgertest.Signer(d.keys[who]))
	return w
}

// votes has fellows vote for a block, or for nil. It returns whether all were passed on.
func (d *desk) votes(kind validators.WordKind, round uint32, hash validators.Hash, who ...int) (pass bool) {
	pass = true
	for _, v := range who {
		w := d.word(v, kind, round, hash, validators.NoRound)
		pass = d.gossip.Deliver(kind.Wire(), w.Encode()) && pass
	}
	return pass
}

// none is the hash that votes for nil have.
var none validators.Hash

// block is a block of the round's proposer, with a payment that makes it another than those before.
func (d *desk) block(round uint32) *validators.Block {
	tx := d.spender.pays(d.genesis.Founders[0].Account, uint64(len(d.bodies)+1))
	d.spender.nonce = 0 // each is the first
	return d.blockOf(round, tx)
}

// blockOf is a block of the round's proposer with these transactions, in time.
func (d *desk) blockOf(round uint32, txs ...*validators.Transaction) *validators.Block {
	b := d.rules.Draft(d.tip, round, uint64(d.host.Now().UnixMilli()), nil, txs)
	d.bodies[b.Hash(d.chain)] = b
	return b
}

// hash names a block.
func (d *desk) hash(b *validators.Block) validators.Hash { return b.Hash(d.chain) }

// proposes has the proposer of a round propose a block, which it sends along.
func (d *desk) proposes(round uint32, b *validators.Block, valid int64) (pass bool) {
	who := referee{}.Proposer(fellows, d.height(), round)
	p := validators.Proposed{Word: d.word(who, validators.Proposal, round, d.hash(b), valid), Block: b}
	return d.gossip.Deliver(validators.Proposal.Wire(), p.Encode())
}

// voted is what the graded validator has said of that kind in a round; nil if it has not.
func (d *desk) voted(kind validators.WordKind, round uint32) *validators.Word {
	return d.said[spot{d.height(), round, kind}]
}

// expect fails unless the validator has voted so in a round by now.
func (d *desk) expect(c scenario.Clause, kind validators.WordKind, round uint32, hash validators.Hash, why string) {
	switch w := d.voted(kind, round); {
	case w == nil:
		d.w.Fail(c, "expected a %v in round %d for %s, %s, got none", kind, round, name(hash), why)
	case w.Hash != hash:
		d.w.Fail(c, "expected a %v in round %d for %s, %s, got one for %s", kind, round, name(hash), why, name(w.Hash))
	}
}

// expectNone fails if the validator has voted in a round by now.
func (d *desk) expectNone(c scenario.Clause, kind validators.WordKind, round uint32, why string) {
	if w := d.voted(kind, round); w != nil {
		d.w.Fail(c, "expected no %v in round %d yet, %s, got one for %s", kind, round, why, name(w.Hash))
	}
}

// name is a block in words.
func name(hash validators.Hash) string {
	if hash == none {
		return "nil"
	}
	return "block " + ledgers.OpID(hash).String()[:8]
}

// spoke looks at what the validator says: it is on its disk, with what it is locked on, and nothing else was ever said
// in its place (VAL-6, LED-9).
func (d *desk) spoke(m ledgertest.Message) {
	d.sent = append(d.sent, m)
	w, err := validators.DecodeWord(m.Payload)
	if m.Kind == validators.Proposal.Wire() {
		p, bad := validators.DecodeProposed(m.Payload)
		if err = bad; err == nil {
			w = p.Word
			if p.Block != nil {
				d.bodies[p.Hash] = p.Block
			}
		}
	}
	if err != nil || w.Key != d.host.Identity().Key() {
		return // no word, or another's
	}
	at := spot{w.Height, w.Round, w.Kind}
	if old := d.said[at]; old != nil && !bytes.Equal(old.Encode(), w.Encode()) {
		d.w.Fail(val6Never, "expected one %v in round %d, got one for %s and one for %s", w.Kind, w.Round, name(old.Hash), name(w.Hash))
	}
	d.said[at] = w
	if !w.Verify(d.chain) {
		d.w.Fail(led8Preimage, "expected a %v that is signed, got a wrong signature", w.Kind)
	}
	if !d.disk.Keeps(w.Encode()) {
		d.w.Fail(val6Synced, "expected that a %v of round %d is on the disk before it is sent, got it sent without", w.Kind, w.Round)
	}
	if b := d.bodies[w.Hash]; w.Kind == validators.Precommit && b != nil && !d.disk.Keeps(b.Encode()) {
		d.w.Fail(val6Synced, "expected that a block is on the disk before it is precommitted, got it without")
	}
}

// deskWatcher notes what is final.
type deskWatcher struct{ d *desk }

func (w deskWatcher) Final(id ledgers.OpID, _ ledgers.Digest) { w.d.final = append(w.d.final, id) }
func (w deskWatcher) Undone(ledgers.OpID) {
	w.d.w.Fail(VAL10Never, "expected that what is decided stays, got an operation undone")
}
func (w deskWatcher) Refused(ledgers.OpID, error) {}

// Blamed notes who was blamed.
func (w deskWatcher) Blamed(from network.Addr, _ error) { w.d.blamed = append(w.d.blamed, from) }
