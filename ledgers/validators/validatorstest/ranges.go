package validatorstest

import (
	"encoding/binary"
	"time"

	"strata/ledgers"
	"strata/ledgers/validators"
	"strata/scenario"
)

// ranges is how a validator that is behind comes to what was decided.
func (s suite) ranges() []scenario.Scenario {
	return []scenario.Scenario{
		scenario.New(scenario.Scenario{
			Name: "validators/forged-range", Title: "A block is taken with a certificate that proves it, and with no other.",
			Step: "validators.1", Rules: []string{"VAL-7", "VAL-11"}, For: 8 * second, Setup: s.forgedRange,
		}),
	}
}

// forgedRange has a neighbour that is ahead give answers, of which the last is right.
func (s suite) forgedRange(w scenario.World) {
	d := s.desk(w, 3)
	spoils := []func(c *validators.Certificate){
		func(c *validators.Certificate) { c.Signatures[1][7] ^= 1 },
		func(c *validators.Certificate) { c.Signers, c.Signatures = c.Signers&^1, c.Signatures[1:] },
		func(c *validators.Certificate) { c.Hash[0] ^= 1 },
		func(*validators.Certificate) {},
	}
	for i, spoil := range spoils {
		d.at(second+second*time.Duration(i), "be ahead, and answer", func() {
			b := d.block(0)
			by := d.certificateOf(d.tip.Next, b)
			spoil(by)
			stands := validators.Standing{Height: 1, Hash: d.hash(b)}
			d.peers.Deliver(validators.KindState, stands.Encode())
			d.answer(&validators.Certified{Block: b, By: by})
			d.host.After(second/2, func() {
				want := uint64(i / (len(spoils) - 1))
				if at := d.ledger.Digest().Position; at != want {
					w.Fail(val11Verifies, "expected height %d after answer %d, got %d", want, i, at)
				}
				if len(d.blamed) != min(i+1, len(spoils)-1) {
					w.Fail(val11Blames, "expected that each wrong answer blames its sender, got %d blamed after answer %d", len(d.blamed), i)
				}
			})
		})
	}
}

// answer answers the question for decided blocks that the validator has asked.
func (d *desk) answer(c *validators.Certified) {
	text := ledgers.AppendBytes(binary.BigEndian.AppendUint16(nil, 1), c.Encode())
	for _, q := range d.peers.Asked {
		if q.Kind == validators.KindRange {
			d.peers.Asked = nil
			q.Done(text, nil)
			return
		}
	}
	d.w.Fail(val11Verifies, "expected that a validator that is behind asks for what was decided, got no question")
}
