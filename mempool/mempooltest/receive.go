package mempooltest

import (
	"bytes"
	"strings"

	"strata/mempool"
	"strata/scenario"
)

// passes has gossip hand over a payload, and fails the run unless it travels on as expected.
func (d *desk) passes(c scenario.Clause, what string, want bool, payload []byte) bool {
	switch got := d.receives(payload); {
	case got && !want:
		d.Fail(c, "expected %s not to be passed on, got it passed on", what)
		return false
	case !got && want:
		d.Fail(c, "expected %s to be passed on, got it dropped", what)
		return false
	}
	return true
}

// receive has gossip bring payments that are valid. The pool says that each may travel on, and keeps
// it. It must not broadcast it itself: gossip passes on what its handler accepts, and a second
// broadcast would give it a new id and send it round again.
func receive(d *desk) {
	for n := range 1 + d.rand.IntN(4) {
		tx := Pay(n, 4, d.rand.Uint64N(4), 5)
		d.do("gossip brings a payment", func() {
			// The gossip layer sends what is passed on: a Broadcast on top would send it round again.
			_ = d.passes(mem2Arrives, describe(tx), true, tx.Text()) && d.sent(mem2Arrives) && d.pooled(mem2Arrives, tx)
		})
	}
}

// receiveMalformed has gossip bring texts that are no transaction, or no canonical one: cut off, with
// an extra field, in capital letters, with leading zeros or signs. If two texts meant one transaction,
// one payment would travel twice. The well-formed payment comes last and is taken, although its nonce
// stood in all of them.
func receiveMalformed(d *desk) {
	tx := Pay(0, 1, 1+d.rand.Uint64N(3), 5)
	text := string(tx.Text())
	for _, bad := range []string{
		"",
		text[:d.rand.IntN(len(text))],
		text + ",",
		text + "\n",
		" " + text,
		strings.ToUpper(text),
		strings.Replace(text, ",5,", ",05,", 1),
		strings.Replace(text, ",5,", ",+5,", 1),
		strings.Replace(text, ",5,", ",5,5,", 1),
		strings.ReplaceAll(text, ",", ";"),
		strings.Repeat("f", 1<<16),
		string(bytes.Repeat([]byte{0, 0xff, ','}, 1+d.rand.IntN(100))),
	} {
		// Whatever it is, gossip must not pass it on, and the pool must live.
		d.do("gossip brings rubbish", func() {
			d.passes(mem2Invalid, "a malformed text", false, []byte(bad))
		})
	}
	d.do("gossip brings a payment", func() {
		_ = d.sent(mem2Invalid) && d.passes(mem2Arrives, "the well-formed payment after malformed ones", true,
			tx.Text())
	})
}

// receiveForged has gossip bring payments with a changed amount, recipient or signature, before the
// true one. None of them is passed on, or kept, or keeps out the true one.
func receiveForged(d *desk) {
	tx := Pay(0, 1, d.rand.Uint64N(3), 5)
	for range 3 {
		forged := d.forged(tx)
		d.do("gossip brings a forged payment", func() {
			_ = d.passes(mem2Invalid, "a forged payment", false, forged.Text()) && d.sent(mem2Invalid)
		})
	}
	d.do("gossip brings the true payment", func() {
		_ = d.passes(mem2Arrives, "the true payment after forged ones", true, tx.Text()) && d.pooled(mem2Arrives, tx)
	})
}

// receiveAgain has payments come again by each way that there is: by gossip after gossip, by gossip
// after the node's own user announced it, and after it was added. Gossip's ids cannot tell, for a
// payment can be gossiped under many; the pool has to.
func receiveAgain(d *desk) {
	received := Pay(0, 1, d.rand.Uint64N(3), 5)
	own := Pay(1, 2, d.rand.Uint64N(3), 5)
	added := Pay(2, 0, d.rand.Uint64N(3), 5)
	d.do("a payment comes twice", func() {
		_ = d.passes(mem2Arrives, "a new payment", true, received.Text()) &&
			d.passes(mem3Known, "the same payment again", false, received.Text()) &&
			d.passes(mem3Known, "the same payment a third time", false, received.Text()) && d.pooled(mem3Known,
			received)
	})
	d.do("a payment that was announced here comes back", func() {
		_ = d.wants(mem1Takes, describe(own), nil, d.pool.Announce(own)) &&
			d.passes(mem3Known, "a payment that was announced here", false, own.Text()) && d.sent(mem3Known, own)
	})
	d.do("a payment that was added here comes", func() {
		_ = d.wants(mem1Takes, describe(added), nil, d.pool.Add(added)) &&
			d.passes(mem3Known, "a payment that was added here", false, added.Text())
	})
}

// receiveRefused has gossip bring what the pool does not take although it is valid: in conflict with
// what is there, or of a sender who has enough. It is not passed on. Otherwise nodes would carry for
// each other what none of them keeps.
func receiveRefused(d *desk) {
	// Two places, so that the third payment is one too many.
	d.cfg.MaxPerSender = 2
	nonce := d.rand.Uint64N(3)
	first := Pay(0, 1, nonce, 5)
	d.do("payments in conflict and of a full sender come", func() {
		_ = d.passes(mem2Arrives, "a new payment", true, first.Text()) &&
			d.passes(MEM4First, "another payment with the same nonce", false, Pay(0, 1, nonce, 10).Text()) &&
			d.pooled(MEM4First, first) &&
			d.passes(mem8Sender, "the sender's second payment", true, Pay(0, 1, nonce+1, 5).Text()) &&
			d.passes(mem8Sender, "the third payment of a sender who may have two", false, Pay(0, 1, nonce+2,
				5).Text()) &&
			d.passes(mem8Sender, "another sender's payment", true, Pay(1, 0, nonce, 5).Text())
	})
	d.do("the refused nonce is asked for", func() {
		if d.pool.Add(first) == nil {
			return // the item of work before was left out
		}
		d.wants(MEM4First, "the payment in conflict", []error{mempool.ErrConflict, mempool.ErrSenderFull},
			d.pool.Add(Pay(0, 1, nonce, 10)))
	})
}
