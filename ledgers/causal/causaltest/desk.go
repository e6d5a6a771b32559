package causaltest

import (
	"bytes"
	"crypto/ed25519"
	"slices"

	"strata/ledgers"
	"strata/ledgers/causal"
	"strata/ledgers/ledgertest"
	"strata/network"
	"strata/scenario"
)

// desk is one graded replica whose neighbours are played by the scenario: gossip and peers are fakes that note what
// it says and hand over what the script wants it to hear.
type desk struct {
	w       scenario.World
	suite   suite
	genesis causal.Genesis
	root    causal.ID
	boots   int
	near    []network.Addr // its neighbours

	host    network.Host
	gossip  *said
	peers   *ledgertest.Peers
	replica causal.Causal
	ready   func() // when it has started

	order  []causal.ID // as delivered in this life
	proofs []causal.Proof
	blamed []network.Addr
	bad    map[causal.ID]bool // of the script: what is invalid
}

// The neighbours that the script plays.
var neighbours = []network.Addr{"10.9.9.1:4000", "10.9.9.2:4000", "10.9.9.3:4000"}

// desk makes a replica that boots at once, and again after a crash; ready is called when it has started.
func (s suite) desk(w scenario.World, ready func(d *desk)) *desk {
	d := &desk{w: w, suite: s, near: neighbours}
	d.genesis = causal.Genesis{Document: "paper", Members: []ledgers.Member{{Key: w.Key(w.Addr(0)), Addr: w.Addr(0)}}}
	d.root = d.genesis.Root()
	d.ready = func() { ready(d) }
	w.Node(w.Addr(0), d.boot)
	return d
}

// boot founds the disk at the first boot, and starts the replica.
func (d *desk) boot(h network.Host) {
	d.boots++
	d.host = h
	if d.boots > 1 {
		d.start()
		return
	}
	ledgers.Found(h.Disk(), ledgers.ChainID(d.root), h.Identity().Key(), func(err error) {
		scenario.Must(err)
		d.start()
	})
}

// start starts the replica on its fakes.
func (d *desk) start() {
	d.order = nil
	d.gossip = d.newGossip()
	d.peers = ledgertest.NewPeers(d.w.Now, d.near...)
	d.replica = d.suite.stack.NewCausal(d.host, d.gossip, d.peers, scenario.Complete(causal.Config{Genesis: d.genesis}))
	if err := d.replica.Start(deskWatcher{d}); err != nil {
		d.w.Fail(CAU2Once, "expected that the replica starts, got %v", err)
		return
	}
	d.ready()
}

// deskWatcher notes what the replica tells.
type deskWatcher struct{ d *desk }

// Delivered is causal.Watcher's: once, and after all predecessors.
func (w deskWatcher) Delivered(id causal.ID, u *causal.Update) {
	d := w.d
	if slices.Contains(d.order, id) {
		d.w.Fail(CAU2Once, "expected that an update is delivered once, got %.8s twice", id)
	}
	for _, p := range u.Predecessors {
		if d.bad[p] {
			d.w.Fail(cau4Stands, "expected that what stands on an invalid update is not delivered, got %.8s delivered", id)
		}
		if p != d.root && !slices.Contains(d.order, p) {
			d.w.Fail(CAU2Once, "expected that an update comes after its predecessors, got %.8s before %.8s", id, p)
		}
	}
	d.order = append(d.order, id)
}

func (w deskWatcher) Equivocated(p causal.Proof)          { w.d.proofs = append(w.d.proofs, p) }
func (w deskWatcher) Blamed(from network.Addr, why error) { w.d.blamed = append(w.d.blamed, from) }

// has says whether the replica has delivered an update.
func (d *desk) has(u *causal.Update) bool { return d.replica.Update(u.ID()) != nil }

// author is somebody whom the script plays.
type author struct {
	root causal.ID
	key  ed25519.PrivateKey
	last causal.ID
}

// author makes the n-th author.
func (d *desk) author(n int) *author { return newAuthor(d.root, n) }

// newAuthor makes the n-th author of a document.
func newAuthor(root causal.ID, n int) *author {
	seed := make([]byte, ed25519.SeedSize)
	seed[0], seed[1] = byte(n), 7
	return &author{root: root, key: ed25519.NewKeyFromSeed(seed)}
}

// Key and Sign make it a network.Identity.
func (a *author) Key() network.PublicKey {
	return network.PublicKey(a.key.Public().(ed25519.PublicKey))
}
func (a *author) Sign(message []byte) network.Signature {
	return network.Signature(ed25519.Sign(a.key, message))
}

// writes makes the author's next update, on these predecessors; without any on the root.
func (a *author) writes(on []*causal.Update, ops ...causal.Op) *causal.Update {
	u := a.draft(a.last, on, ops...)
	a.last = u.ID()
	return u
}

// draft makes an update after any one of the author's.
func (a *author) draft(prev causal.ID, on []*causal.Update, ops ...causal.Op) *causal.Update {
	u := &causal.Update{Document: a.root, Prev: prev, Body: causal.EncodeOps(ops)}
	for _, p := range on {
		u.Predecessors = append(u.Predecessors, p.ID())
	}
	if len(on) == 0 {
		u.Predecessors = []causal.ID{a.root}
	}
	slices.SortFunc(u.Predecessors, causal.ID.Compare)
	u.Sign(a)
	return u
}

// chain makes updates of the author, each on the one before.
func (a *author) chain(n int, on ...*causal.Update) (all []*causal.Update) {
	for i := range n {
		u := a.writes(on, set("line", string(rune('a'+i%26))))
		all, on = append(all, u), []*causal.Update{u}
	}
	return all
}

// set and its like are short for operations.
func set(register, value string) causal.Op {
	return causal.Op{Action: causal.Set, Key: causal.Key{Kind: causal.Register, Name: register}, Value: []byte(value)}
}

func insert(list string, behind causal.ElementID, value string) causal.Op {
	return causal.Op{Action: causal.Insert, Key: causal.Key{Kind: causal.List, Name: list}, Element: behind, Value: []byte(value)}
}

func remove(list string, element causal.ElementID) causal.Op {
	return causal.Op{Action: causal.Delete, Key: causal.Key{Kind: causal.List, Name: list}, Element: element}
}

// element names what the i-th operation of an update inserted.
func element(u *causal.Update, i uint16) causal.ElementID {
	return causal.ElementID{Update: u.ID(), Index: i}
}

// said is gossip without a network, which reads the updates that the replica says.
type said struct {
	*ledgertest.Gossip
	sent   []*causal.Update
	onSent func(u *causal.Update)
}

func (d *desk) newGossip() *said {
	g := &said{}
	g.Gossip = ledgertest.NewGossip(d.w.Now, g.note)
	return g
}

func (g *said) note(m ledgertest.Message) {
	if u, err := causal.DecodeUpdate(m.Payload); m.Kind == causal.KindUpdate && err == nil {
		g.sent = append(g.sent, u)
		if g.onSent != nil {
			g.onSent(u)
		}
	}
}

// deliver hands an update to the replica as if a neighbour had passed it on, and says whether it passes it on too.
func (g *said) deliver(from network.Addr, payload []byte) (pass bool) {
	return g.DeliverFrom(from, causal.KindUpdate, payload)
}

// hears has the replica hear updates by gossip, from the first neighbour.
func (d *desk) hears(updates ...*causal.Update) (passed []bool) {
	for _, u := range updates {
		passed = append(passed, d.gossip.deliver(neighbours[0], u.Encode()))
	}
	return passed
}

// told lists the heads that the replica has told neighbours since they last forgot, in order.
func (d *desk) told() (all []causal.Heads) {
	for _, m := range d.peers.Said() {
		if h, err := causal.DecodeHeads(m.Payload); m.Kind == causal.KindHeads && err == nil {
			all = append(all, h)
		}
	}
	return all
}

// tells has a neighbour tell the replica its heads.
func (d *desk) tells(from network.Addr, heads ...causal.ID) {
	slices.SortFunc(heads, causal.ID.Compare)
	d.peers.DeliverFrom(from, causal.KindHeads, causal.HeadsOf(d.root, heads).Encode())
}

// asks has a neighbour ask the replica for updates, and returns what it answers.
func (d *desk) asks(from network.Addr, a causal.Ask) (updates []*causal.Update, ok bool) {
	reply, ok := d.peers.DeliverFrom(from, causal.KindAsk, a.Encode())
	if !ok {
		return nil, false
	}
	updates, err := causal.DecodeAnswer(bytes.Clone(reply))
	return updates, err == nil
}
