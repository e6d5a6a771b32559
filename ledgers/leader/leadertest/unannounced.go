package leadertest

import (
	"fmt"
	"time"

	"strata/ledgers/leader"
	"strata/ledgers/ledgertest"
	"strata/scenario"
)

// unannounced has a leader change to view 1 while its first block is on its way to the disk: nobody but the leader has
// it, and the words of a quorum may choose the log that ends with it.
func (s suite) unannounced(w scenario.World) {
	d := s.desk(w, 3, 0).whole()
	var tip leader.Standing
	leave := func() {
		d.fetchesTip(1)
		if tip = d.ledger.Standing(); tip.Height == 0 {
			return
		}
		for _, member := range []int{1, 2} {
			d.says(member, leader.KindWish, &leader.Wish{View: 1, Number: 1})
		}
	}
	d.at(second/2, "submit a transaction, and wish for view 1 as soon as it is in a block", func() {
		_, err := d.ledger.Submit(d.tx(0, 1, "key", "value").Encode())
		scenario.Must(err)
		leave()
		for i := range 50 {
			d.host.After(time.Duration(i)*200*time.Microsecond, func() {
				if tip.Height == 0 {
					leave()
				}
			})
		}
	})
	met := w.Sometimes("the leader has left its view before its block was announced")
	w.By(2*second, ldr4Gives, func() error {
		changes := d.changes()
		if len(changes) == 0 || changes[0].Height == 0 {
			return fmt.Errorf("expected that the leader tells where its log ends, with block 1, got %+v", changes)
		}
		met(len(ledgertest.Of(leader.KindBlock, d.gossip.Sent)) == 0)
		answer, ok := d.peers.Deliver(leader.KindFetch, changes[0].Hash[:])
		if b, err := leader.DecodeBlock(answer); !ok || err != nil || b.Hash(d.chain) != changes[0].Hash {
			return fmt.Errorf("expected that the leader gives block 1, which it has said its log ends with, got %d bytes", len(answer))
		}
		return nil
	})
}
