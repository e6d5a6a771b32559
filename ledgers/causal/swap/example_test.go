package swap_test

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"time"

	"strata/harness/sim/disk"
	"strata/ledgers/causal"
	"strata/ledgers/causal/swap"
	"strata/network"
)

// desk is one person's replica of a ledger that is written by hand: what anybody writes is in the next block.
type desk struct {
	page *page
	key  network.PublicKey
	*standIn
}

// page is that ledger.
type page struct {
	genesis causal.Genesis
	updates []causal.Delivered
	desks   []*desk
}

// sits gives somebody a desk at a page.
func (p *page) sits(key network.PublicKey) *desk {
	d := &desk{page: p, key: key}
	d.standIn = newStandIn(p.genesis, key, d, d.cut)
	p.desks = append(p.desks, d)
	return d
}

// Write is swap.Writer's.
func (d *desk) Write(ops []causal.Op, done func(causal.ID, error)) {
	id := causal.ID(sha256.Sum256(append(d.key[:], causal.EncodeOps(ops)...)))
	deed, _ := causal.DecodeDeed(ops[0].Value)
	fmt.Printf("%s on %s\n", [...]string{causal.Lock: "a lock", causal.Redeem: "a redeem", causal.Refund: "a refund"}[deed.Kind], d.page.genesis.Document)
	d.page.updates = append(d.page.updates, causal.Delivered{ID: id, Depth: uint64(len(d.page.updates)), Author: d.key, Ops: ops})
	done(id, nil)
}

// cut is what a block has: heads are how many updates there are.
func (d *desk) cut(now, before []causal.ID) []causal.Delivered {
	from := uint64(0)
	if before[0] != d.page.genesis.Root() {
		from = binary.BigEndian.Uint64(before[0][:])
	}
	return d.page.updates[from:binary.BigEndian.Uint64(now[0][:])]
}

// block has all replicas execute the next block.
func (p *page) block() {
	var head causal.ID
	binary.BigEndian.PutUint64(head[:], uint64(len(p.updates)))
	for _, d := range p.desks {
		d.Block([]causal.ID{head})
	}
}

// memory is a disk that is safe at once.
func memory() network.Disk {
	on := disk.New()
	return disk.Device{On: func() *disk.Disk { return on }, End: func(_ string, s *disk.Sync, done func(error)) { done(s.End(false)) }}
}

// Alice pays 30 of gold for 70 of Bob's silver. In between Alice's machine crashes: all that she goes on from is her disk
// and the two ledgers.
func Example() {
	alice, bob := network.PublicKey{1}, network.PublicKey{2}
	gold := &page{genesis: causal.Genesis{Document: "gold", Accounts: []causal.Account{{Key: alice, Balance: 100}}}}
	silver := &page{genesis: causal.Genesis{Document: "silver", Accounts: []causal.Account{{Key: bob, Balance: 100}}}}
	secret := [32]byte{1, 2, 3} // 32 random bytes
	leg := func(from, to network.PublicKey, amount, until uint64) swap.Leg {
		return swap.Leg{From: from, To: to, Amount: amount, Until: until, Fast: 5 * time.Second, Slow: 8 * time.Second}
	}
	terms := swap.Terms{Hash: sha256.Sum256(secret[:]), A: leg(alice, bob, 30, 140), B: leg(bob, alice, 70, 60), Margin: 2 * time.Minute}

	hers := memory()
	people := map[string]*swap.Party{}
	begin := func(name string, on network.Disk, plan swap.Plan, a, b swap.Ledger) {
		swap.Agree(on, "swap", plan, a, b, func(p *swap.Party, err error) { people[name] = p })
	}
	begin("alice", hers, swap.Plan{Role: swap.Initiator, Terms: terms, Secret: secret}, gold.sits(alice), silver.sits(alice))
	begin("bob", memory(), swap.Plan{Role: swap.Responder, Terms: terms}, gold.sits(bob), silver.sits(bob))
	for height := 1; height <= 5; height++ {
		gold.block()
		silver.block()
		if height == 3 { // Alice is back after a crash
			people["alice"], _ = swap.Resume(hers, "swap", gold.desks[0], silver.desks[0])
		}
		for _, name := range []string{"alice", "bob"} {
			fmt.Printf("%d %s: %v\n", height, name, people[name].Look())
		}
	}
	fmt.Println("alice has", gold.desks[0].Balance(alice), "of gold,", silver.desks[0].Balance(alice), "of silver")
	fmt.Println("bob has", gold.desks[0].Balance(bob), "of gold,", silver.desks[0].Balance(bob), "of silver")
	// Output:
	// a lock on gold
	// 1 alice: acting
	// 1 bob: untouched
	// 2 alice: waiting
	// a lock on silver
	// 2 bob: acting
	// a redeem on silver
	// 3 alice: acting
	// 3 bob: waiting
	// 4 alice: swapped
	// a redeem on gold
	// 4 bob: acting
	// 5 alice: swapped
	// 5 bob: swapped
	// alice has 70 of gold, 70 of silver
	// bob has 30 of gold, 30 of silver
}
