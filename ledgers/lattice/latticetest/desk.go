package latticetest

import (
	"crypto/ed25519"
	"fmt"
	"time"

	"strata/ledgers"
	"strata/ledgers/lattice"
	"strata/ledgers/ledgertest"
	"strata/network"
	"strata/scenario"
)

const second = time.Second

// suite makes the scenarios for one implementation.
type suite struct{ stack lattice.Stack }

// The thresholds of work here: enough to tell the kinds apart, and found at once.
const (
	sendWork    = 0xFE00000000000000
	receiveWork = 0xC000000000000000
)

// stake is what each of the four accounts of genesis has, which are representatives of their own. A quorum of the
// supply is three of them.
const stake = 1000

// desk is one graded node whose neighbours are played by the scenario: gossip and peers are fakes that note what it
// says and hand over what the script wants it to hear. So each word, and its order, is the script's.
type desk struct {
	w       scenario.World
	suite   suite
	genesis lattice.Genesis
	chain   ledgers.ChainID
	reps    [4]ed25519.PrivateKey // the graded node has none here: if it is a representative, it is the first
	boots   int
	limits  lattice.Config
	ahead   time.Duration    // of the node's clock
	nobody  bool             // its operator has not founded it
	past    []*lattice.Block // cemented before the first start, in order
	base    *lattice.Cut     // what the ledger begins with; nil: genesis

	self    lattice.Account // the graded node's
	host    network.Host
	disk    *ledgertest.Disk
	gossip  *ledgertest.Gossip
	peers   *ledgertest.Peers
	ledger  lattice.Lattice
	final   []ledgers.OpID
	refused map[ledgers.OpID]error
	blamed  []network.Addr
}

// keyOf is the n-th key that a scenario has.
func keyOf(n int) ed25519.PrivateKey {
	seed := make([]byte, ed25519.SeedSize)
	seed[0], seed[1], seed[2] = byte(n), byte(n>>8), 1
	return ed25519.NewKeyFromSeed(seed)
}

func accountOf(key ed25519.PrivateKey) (a lattice.Account) {
	copy(a[:], key.Public().(ed25519.PublicKey))
	return a
}

// observer makes a desk whose graded node has no weight: what it decides is by the script's votes alone.
func (s suite) observer(w scenario.World) *desk { return s.desk(w, false) }

// voter makes a desk whose graded node is the first of the four representatives.
func (s suite) voter(w scenario.World) *desk { return s.desk(w, true) }

func (s suite) desk(w scenario.World, votes bool) *desk {
	d := &desk{w: w, suite: s, refused: map[ledgers.OpID]error{}, gossip: &ledgertest.Gossip{}, peers: &ledgertest.Peers{}}
	d.genesis = lattice.Genesis{Least: lattice.Whole, Send: sendWork, Receive: receiveWork}
	for i := range d.reps {
		d.reps[i] = keyOf(i)
		account := accountOf(d.reps[i])
		rep := account
		if i == 0 && votes {
			rep = w.Key(w.Addr(0))
		}
		d.genesis.Accounts = append(d.genesis.Accounts, lattice.Opening{Account: account, Balance: lattice.Raw(stake), Representative: rep})
	}
	d.chain, d.self = d.genesis.Chain(), w.Key(w.Addr(0))
	w.Node(w.Addr(0), d.boot)
	w.Always(lat3Supply, func() error {
		if d.ledger == nil {
			return nil
		}
		if sum, supply := d.ledger.Book().Settled(), d.genesis.Supply(); sum != supply {
			return fmt.Errorf("expected that balances and pending entries sum to %v, got %v", supply, sum)
		}
		return nil
	})
	return d
}

// boot founds the disk at the first boot, and starts the node.
func (d *desk) boot(h network.Host) {
	d.boots++
	d.host, d.ledger = h, nil
	d.disk = ledgertest.Watch(h.Disk(), d.disk)
	if d.boots > 1 || d.nobody {
		d.start()
		return
	}
	ledgers.Found(d.disk, d.chain, h.Identity().Key(), func(err error) {
		scenario.Must(err)
		if d.base == nil {
			d.remember()
			return
		}
		lattice.WriteBase(d.disk, d.base, func(err error) {
			scenario.Must(err)
			d.remember()
		})
	})
}

// remember writes what is past to the journal, and starts the node.
func (d *desk) remember() {
	var j lattice.Journal
	scenario.Must(j.Open(d.disk, nil, nil))
	left := len(d.past)
	if left == 0 {
		d.start()
	}
	for _, b := range d.past {
		j.Cemented(b, func(err error) {
			scenario.Must(err)
			if left--; left == 0 {
				d.start()
			}
		})
	}
}

// start starts the node on its fakes.
func (d *desk) start() {
	d.gossip = ledgertest.NewGossip(d.w.Now, d.promised)
	d.peers = ledgertest.NewPeers(d.w.Now, ledgertest.Passer)
	cfg := d.limits
	cfg.Genesis = d.genesis
	d.ledger = d.suite.stack.NewLattice(ledgertest.Host{Host: d.host, Watched: d.disk, Ahead: &d.ahead}, d.gossip, d.peers, scenario.Complete(cfg))
	if err := d.ledger.Start(deskWatcher{d}); err != nil {
		d.w.Fail(lat6Restarts, "expected that the node starts, got %v", err)
	}
}

// at does one item of the script.
func (d *desk) at(t time.Duration, what string, do func()) { d.w.At(t, d.w.Addr(0), what, do) }

// status is what has become of a block.
func (d *desk) status(b *lattice.Block) ledgers.State {
	return d.ledger.Status(ledgers.OpID(b.Hash(d.chain))).State
}

// wants fails unless a block has that state.
func (d *desk) wants(c scenario.Clause, want ledgers.State, b *lattice.Block, why string) {
	if got := d.status(b); got != want {
		d.w.Fail(c, "expected a block to be %v %s, got %v", want, why, got)
	}
}

// inLedger says whether a block stands in its account's chain.
func (d *desk) inLedger(b *lattice.Block) bool { return d.ledger.Book().Block(b.Hash(d.chain)) != nil }

// gives hands blocks to the node, as if they had been gossiped, and says whether it passes the last one on.
func (d *desk) gives(blocks ...*lattice.Block) (pass bool) {
	for _, b := range blocks {
		pass = d.gossip.Deliver(lattice.KindBlock, b.Encode())
	}
	return pass
}

// says has a representative vote for blocks, and says whether the node passes it on.
func (d *desk) says(rep int, timestamp uint64, blocks ...*lattice.Block) (pass bool) {
	v := &lattice.Vote{Timestamp: timestamp}
	for _, b := range blocks {
		v.Hashes = append(v.Hashes, b.Hash(d.chain))
	}
	v.Sign(ledgertest.Signer(d.reps[rep]))
	return d.gossip.Deliver(lattice.KindVote, v.Encode())
}

// decides has representatives 1 to 3, a quorum, vote for good for each block, in order.
func (d *desk) decides(blocks ...*lattice.Block) {
	for _, b := range blocks {
		for rep := 1; rep <= 3; rep++ {
			d.says(rep, lattice.Final, b)
		}
	}
}

// settles gives blocks to the node and has each cemented.
func (d *desk) settles(blocks ...*lattice.Block) {
	for _, b := range blocks {
		d.gives(b)
		d.decides(b)
	}
}

// own lists the votes that the node has sent, in order.
func (d *desk) own() (all []*lattice.Vote) {
	for _, s := range d.gossip.Sent {
		if v, err := lattice.DecodeVote(s.Payload); s.Kind == lattice.KindVote && err == nil && v.Representative == d.self {
			all = append(all, v)
		}
	}
	return all
}

// ownFor lists the times of the node's votes for a block, in order.
func (d *desk) ownFor(b *lattice.Block) (times []uint64) {
	for _, v := range d.own() {
		for _, hash := range v.Hashes {
			if hash == b.Hash(d.chain) {
				times = append(times, v.Timestamp)
			}
		}
	}
	return times
}

// votedFinal says whether the node has voted for a block for good.
func (d *desk) votedFinal(b *lattice.Block) bool {
	times := d.ownFor(b)
	return len(times) > 0 && times[len(times)-1] == lattice.Final
}

// deskWatcher notes what becomes of blocks.
type deskWatcher struct{ d *desk }

// Final is ledgers.Watcher's: each block once.
func (w deskWatcher) Final(id ledgers.OpID, _ ledgers.Digest) { w.d.final = append(w.d.final, id) }
func (w deskWatcher) Undone(ledgers.OpID) {
	w.d.w.Fail(LAT7Good, "expected that what is cemented stays, got a block undone")
}
func (w deskWatcher) Refused(id ledgers.OpID, why error) { w.d.refused[id] = why }

// Blamed notes who was blamed.
func (w deskWatcher) Blamed(from network.Addr, _ error) { w.d.blamed = append(w.d.blamed, from) }
