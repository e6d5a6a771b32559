package leadertest

import (
	"crypto/ed25519"
	"time"

	"strata/ledgers"
	"strata/ledgers/leader"
	"strata/ledgers/ledgertest"
	"strata/messaging"
	"strata/network"
	"strata/scenario"
)

// desk is one graded member whose neighbours are played by the scenario: gossip and peers are fakes that
// note what it says and hand over what the script wants it to hear. So each word, and its order, is the
// script's.
type desk struct {
	w       scenario.World
	suite   suite
	genesis leader.Genesis
	chain   ledgers.ChainID
	self    int
	others  []ed25519.PrivateKey // by member; nil for the graded one
	boots   int
	late    bool   // the first boot founds the disk and no more
	started func() // called when the member has started; may be nil

	made map[[2]uint64]leader.Hash // by view and height: what the graded one has announced in all its lives

	limits leader.Config                 // of the graded one; its genesis is the desk's
	said   map[leader.Hash]*leader.Block // that were announced

	host    network.Host
	disk    *ledgertest.Disk
	gossip  *ledgertest.Gossip
	earlier []ledgertest.Message // what was said in the lives before this one
	peers   *ledgertest.Peers
	ledger  leader.Leader
	final   []ledgers.OpID
	blamed  []network.Addr
}

// observing is self of a desk whose graded node is no member.
const observing = -1

// desk makes a ledger of n members, of which self is graded. It boots at once, and again after a crash.
func (s suite) desk(w scenario.World, n, self int) *desk {
	d := &desk{w: w, suite: s, self: self, gossip: &ledgertest.Gossip{}, peers: &ledgertest.Peers{}, said: map[leader.Hash]*leader.Block{},
		made: map[[2]uint64]leader.Hash{}}
	for i := range n {
		addr := network.Addr("10.9.9." + string(rune('1'+i)) + ":4000")
		seed := make([]byte, ed25519.SeedSize)
		seed[0] = byte(100 + i)
		key := ed25519.NewKeyFromSeed(seed)
		m := ledgers.Member{Addr: addr, Key: network.PublicKey(key.Public().(ed25519.PublicKey))}
		if i == self {
			m.Key, key = w.Key(w.Addr(0)), nil
		}
		d.genesis.Members = append(d.genesis.Members, m)
		d.others = append(d.others, key)
	}
	d.chain = d.genesis.Chain()
	w.Node(w.Addr(0), d.boot)
	w.Show(w.Addr(0), func() string { return describe(d.ledger) })
	return d
}

// whole has the graded one ask for whole blocks, and gives it those that are announced: so a step can be graded
// before blocks are built from their ids.
func (d *desk) whole() *desk {
	d.limits.Whole = true
	return d
}

// givesWhole answers a question about a block that was announced, if whole ones are asked for.
func (d *desk) givesWhole(q ledgertest.Question) bool {
	if !d.limits.Whole || q.Kind != leader.KindFetch || len(q.Payload) != 32 {
		return false
	}
	b := d.said[leader.Hash(q.Payload)]
	if b != nil {
		d.host.After(time.Millisecond, func() { q.Done(b.Encode(), nil) })
	}
	return b != nil
}

// fellows are the addresses of all other members.
func (d *desk) fellows() (addrs []network.Addr) {
	for i, m := range d.genesis.Members {
		if i != d.self {
			addrs = append(addrs, m.Addr)
		}
	}
	return addrs
}

// patient has the graded one wish for no other view: so a step can be graded before there is another.
func (d *desk) patient() *desk {
	d.limits.Timeout = time.Minute
	return d
}

// boot founds the disk at the first boot, and starts the member.
func (d *desk) boot(h network.Host) {
	d.boots++
	d.host = h
	d.disk = ledgertest.Watch(h.Disk(), d.disk)
	if d.boots > 1 {
		d.start()
		return
	}
	ledgers.Found(d.disk, d.chain, h.Identity().Key(), func(err error) {
		scenario.Must(err)
		if !d.late {
			d.start()
		}
	})
}

// start starts the member on its fakes.
func (d *desk) start() {
	d.earlier = append(d.earlier, d.gossip.Sent...)
	d.gossip = ledgertest.NewGossip(d.w.Now, d.promised)
	d.peers = ledgertest.NewPeers(d.w.Now, d.fellows()...)
	d.peers.Answers = d.givesWhole
	h := ledgertest.Host{Host: d.host, Watched: d.disk}
	cfg := d.limits
	cfg.Genesis = d.genesis
	d.ledger = d.suite.stack.NewLeader(h, d.gossip, d.peers, scenario.Complete(cfg))
	if err := d.ledger.Start(deskWatcher{d}); err != nil {
		d.w.Fail(ldr9Cut, "expected that the member starts, got %v", err)
	}
	if d.started != nil {
		d.started()
	}
}

// at does one item of the script.
func (d *desk) at(t time.Duration, what string, do func()) { d.w.At(t, d.w.Addr(0), what, do) }

// says has a member say a word: it is signed and handed to the graded one. It returns whether that passes it
// on.
func (d *desk) says(member int, kind messaging.Kind, w leader.Word) (pass bool) {
	leader.Sign(d.chain, ledgertest.Signer(d.others[member]), member, w)
	return d.gossip.Deliver(kind, leader.Encode(w))
}

// tx is a transaction of the n-th client.
func (d *desk) tx(client int, number uint64, key, value string) *leader.Transaction {
	seed := make([]byte, ed25519.SeedSize)
	seed[0] = byte(client + 1)
	tx := &leader.Transaction{Number: number, Fee: 1, Key: []byte(key), Value: []byte(value)}
	tx.Sign(d.chain, ed25519.NewKeyFromSeed(seed))
	return tx
}

// block is a block that the leader of its view has made.
func (d *desk) block(view, height uint64, parent leader.Hash, txs ...*leader.Transaction) *leader.Block {
	b := &leader.Block{Header: leader.Header{Height: height, Parent: parent, View: view}, Txs: txs}
	b.Root = leader.Root(b.IDs(d.chain))
	if key := d.others[d.genesis.Leader(view)]; key != nil {
		b.Header.Sign(d.chain, ledgertest.Signer(key))
	} else {
		b.Header.Sign(d.chain, d.host.Identity())
	}
	return b
}

// knows has the member know transactions, as if they had been gossiped.
func (d *desk) knows(txs ...*leader.Transaction) {
	for _, tx := range txs {
		d.gossip.Deliver(leader.KindTx, tx.Encode())
	}
}

// announces has the leader announce a block whose transactions the member knows.
func (d *desk) announces(b *leader.Block) (pass bool) {
	d.knows(b.Txs...)
	d.said[b.Hash(d.chain)] = b
	a := leader.Announcement{Header: b.Header, IDs: b.IDs(d.chain)}
	return d.gossip.Deliver(leader.KindBlock, a.Encode())
}

// acks lists the acknowledgements that the member has sent, in order.
func (d *desk) acks() (all []leader.Ack) {
	for _, s := range d.gossip.Sent {
		if a := (leader.Ack{}); s.Kind == leader.KindAck && leader.Decode(s.Payload, &a) == nil {
			all = append(all, a)
		}
	}
	return all
}

// acked says whether the member has acknowledged the block in the view, or a block that stands on it.
func (d *desk) acked(view uint64, b *leader.Block, above ...*leader.Block) bool {
	for _, b := range append(above, b) {
		hash := b.Hash(d.chain)
		for _, a := range d.acks() {
			if a.View == view && a.Height == b.Height && a.Hash == hash {
				return true
			}
		}
	}
	return false
}

// changes lists the member's words for views, in order.
func (d *desk) changes() (all []leader.Change) {
	for _, s := range d.gossip.Sent {
		if c := (leader.Change{}); s.Kind == leader.KindChange && leader.Decode(s.Payload, &c) == nil {
			all = append(all, c)
		}
	}
	return all
}

// wishes lists the views that the member has wished, in order.
func (d *desk) wishes() (all []uint64) {
	for _, s := range d.gossip.Sent {
		if w := (leader.Wish{}); s.Kind == leader.KindWish && leader.Decode(s.Payload, &w) == nil {
			all = append(all, w.View)
		}
	}
	return all
}

// deskWatcher notes what is final.
type deskWatcher struct{ d *desk }

func (w deskWatcher) Final(id ledgers.OpID, _ ledgers.Digest) { w.d.final = append(w.d.final, id) }
func (w deskWatcher) Undone(ledgers.OpID) {
	w.d.w.Fail(LDR3Never, "expected that what is committed stays, got an operation undone")
}
func (w deskWatcher) Refused(ledgers.OpID, error) {}

// Blamed notes who was blamed.
func (w deskWatcher) Blamed(from network.Addr, _ error) { w.d.blamed = append(w.d.blamed, from) }
