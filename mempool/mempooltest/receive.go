package mempooltest

import (
	"bytes"
	"strings"

	"strata/mempool"
)

// passes has gossip hand over a payload, and fails the run unless it travels on as expected.
func (d *desk) passes(rule, what string, want bool, payload []byte) bool {
	switch got := d.receives(payload); {
	case got && !want:
		d.Fail(rule, "expected %s not to be passed on, got it passed on", what)
		return false
	case !got && want:
		d.Fail(rule, "expected %s to be passed on, got it dropped", what)
		return false
	}
	return true
}

func receive(d *desk) {
	for n := range 1 + d.rand.IntN(4) {
		tx := Pay(n, 4, d.rand.Uint64N(4), 5)
		d.do("gossip brings a payment", func() {
			// The gossip layer sends what is passed on: a second Broadcast would go round for ever.
			_ = d.passes("MEM-2", describe(tx), true, tx.Text()) && d.sent("MEM-2") && d.pooled("MEM-2", tx)
		})
	}
}

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
		d.do("gossip brings rubbish", func() {
			d.passes("MEM-2", "a malformed text", false, []byte(bad))
		})
	}
	d.do("gossip brings a payment", func() {
		_ = d.sent("MEM-2") && d.passes("MEM-2", "the well-formed payment after malformed ones", true, tx.Text())
	})
}

func receiveForged(d *desk) {
	tx := Pay(0, 1, d.rand.Uint64N(3), 5)
	for range 3 {
		forged := d.forged(tx)
		d.do("gossip brings a forged payment", func() {
			_ = d.passes("MEM-2", "a forged payment", false, forged.Text()) && d.sent("MEM-2")
		})
	}
	d.do("gossip brings the true payment", func() {
		_ = d.passes("MEM-2", "the true payment after forged ones", true, tx.Text()) && d.pooled("MEM-2", tx)
	})
}

func receiveAgain(d *desk) {
	received, own, added := Pay(0, 1, d.rand.Uint64N(3), 5), Pay(1, 2, d.rand.Uint64N(3), 5), Pay(2, 0, d.rand.Uint64N(3), 5)
	d.do("a payment comes twice", func() {
		_ = d.passes("MEM-3", "a new payment", true, received.Text()) &&
			d.passes("MEM-3", "the same payment again", false, received.Text()) &&
			d.passes("MEM-3", "the same payment a third time", false, received.Text()) && d.pooled("MEM-3", received)
	})
	d.do("a payment that was announced here comes back", func() {
		_ = d.wants("MEM-1", describe(own), nil, d.pool.Announce(own)) &&
			d.passes("MEM-3", "a payment that was announced here", false, own.Text()) && d.sent("MEM-3", own)
	})
	d.do("a payment that was added here comes", func() {
		_ = d.wants("MEM-1", describe(added), nil, d.pool.Add(added)) &&
			d.passes("MEM-3", "a payment that was added here", false, added.Text())
	})
}

func receiveRefused(d *desk) {
	d.cfg.MaxPerSender = 2
	nonce := d.rand.Uint64N(3)
	first := Pay(0, 1, nonce, 5)
	d.do("payments in conflict and of a full sender come", func() {
		_ = d.passes("MEM-4", "a new payment", true, first.Text()) &&
			d.passes("MEM-4", "another payment with the same nonce", false, Pay(0, 1, nonce, 10).Text()) &&
			d.passes("MEM-8", "the sender's second payment", true, Pay(0, 1, nonce+1, 5).Text()) &&
			d.passes("MEM-8", "the third payment of a sender who may have two", false, Pay(0, 1, nonce+2, 5).Text()) &&
			d.passes("MEM-8", "another sender's payment", true, Pay(1, 0, nonce, 5).Text()) &&
			d.pooled("MEM-4", first)
	})
	d.do("the refused nonce is asked for", func() {
		if d.pool.Add(first) == nil {
			return // the item of work before was left out
		}
		d.wants("MEM-4", "the payment in conflict", []error{mempool.ErrConflict}, d.pool.Add(Pay(0, 1, nonce, 10)))
	})
}
