package validatorstest

import (
	"errors"
	"time"

	"strata/ledgers"
	"strata/ledgers/validators"
	"strata/network"
	"strata/scenario"
)

// Pace is a scenario that is no part of the suite, for how fast a validator is is no rule: seven validators in a full
// mesh, each message takes delay, and one payment is submitted to the proposer of the first block. It tells how long it
// took from then until all had decided.
func Pace(stack validators.Stack, delay time.Duration, took *time.Duration) scenario.Scenario {
	s := suite{stack}
	setup := func(w scenario.World) {
		c := s.cluster(w, 7)
		c.limits = validators.Config{TimeoutPropose: time.Hour, TimeoutPrevote: time.Hour, TimeoutPrecommit: time.Hour,
			MaxTimeout: time.Hour, EmptyInterval: time.Hour}
		var all []network.Addr
		for _, m := range c.members {
			all = append(all, m.addr)
		}
		w.Inject(scenario.Fault{Kind: scenario.Delay, At: 5 * second, For: 30 * second, A: all, B: all, By: delay})
		tx := c.clients[0].pays(c.clients[1].address(), 1)
		id := tx.ID(c.chain)
		var first *member // it proposes first
		for _, m := range c.members {
			if set := c.genesis.Tip().Next; set[0].Key == c.genesis.Founders[m.number].Key {
				first = m
			}
		}
		began := 6 * second
		w.At(began, first.addr, "submit a payment", func() { c.clients[0].submit(first, tx) })
		w.Always(val12Empty, func() error {
			for _, m := range c.members {
				if *took > 0 || m.ledger == nil || m.ledger.Status(id).State != ledgers.Final {
					return nil
				}
			}
			*took = w.Now() - began
			return nil
		})
		w.AtEnd(val12Empty, func() error {
			if *took == 0 {
				return errors.New("expected that all decide the block with the payment, got that they do not")
			}
			return nil
		})
	}
	return scenario.New(scenario.Scenario{
		Name: "validators/pace", Title: "How long a decision takes.", Step: "validators.3", Rules: []string{"VAL-12"}, For: 30 * second, Setup: setup,
	})
}
