package latticetest

import (
	"errors"
	"time"

	"strata/ledgers"
	"strata/ledgers/lattice"
	"strata/network"
	"strata/scenario"
)

// Pace is a scenario that is no part of the suite, for how fast a representative is is no rule: seven representatives in
// a full mesh, each message takes delay, and one payment is submitted to one of them. It tells how long it took from
// then until all had cemented it.
func Pace(stack lattice.Stack, delay time.Duration, took *time.Duration) scenario.Scenario {
	s := suite{stack}
	setup := func(w scenario.World) {
		c := s.cluster(w, 7, 7)
		var all []network.Addr
		for _, m := range c.members {
			all = append(all, m.addr)
		}
		w.Inject(scenario.Fault{Kind: scenario.Delay, At: 5 * second, For: 30 * second, A: all, B: all, By: delay})
		b := c.purses[0].send(c.purses[1].account, 1)
		id := ledgers.OpID(b.Hash(c.chain))
		began := 6 * second
		first := c.members[3]
		w.At(began, first.addr, "submit a payment", func() { _, _ = first.ledger.Submit(b.Encode()) })
		w.Always(lat7Final, func() error {
			for _, m := range c.members {
				if *took > 0 || m.ledger == nil || m.ledger.Status(id).State != ledgers.Final {
					return nil
				}
			}
			*took = w.Now() - began
			return nil
		})
		w.AtEnd(lat7Final, func() error {
			if *took == 0 {
				return errors.New("expected that all cement the payment, got that they do not")
			}
			return nil
		})
	}
	return scenario.New(scenario.Scenario{
		Name: "lattice/pace", Title: "How long a payment takes.", Step: "lattice.4", Rules: []string{"LAT-7"}, For: 30 * second, Setup: setup,
	})
}
