package validatorstest

import (
	"errors"
	"time"

	"strata/ledgers/validators"
	"strata/network"
	"strata/scenario"
)

// What a faulty validator does.
const (
	Twin    = "twin"    // it runs twice under one key
	Silent  = "silent"  // it hears and passes on, and signs nothing
	Down    = "down"    // it is not there
	Amnesia = "amnesia" // it forgets what it signed, again and again, and signs
)

// Ended is how a run of Faulty ended.
type Ended struct {
	Kinds     []string // what the faulty validators did
	Height    uint64   // that all correct ones have decided
	Round     uint32   // the highest in which a block was decided
	Convicted int      // of the faulty ones
}

// faultsEnd is from when on the network is whole in Faulty, and correct validators stay up.
const faultsEnd = 12 * second

// liveBy is when all is decided at the latest in Faulty: an empty interval after the faults, in which a payment of before may have
// to be submitted again, and then n + 1 rounds, which get longer, for each of two heights (VAL-10).
const liveBy = 98 * second

// Faulty is a scenario that is no part of the suite, for it takes long and is to be run many times: four or seven validators, of
// which as many as may be lie, each in a way of its own, while the network is cut, slow, and one correct validator restarts.
// No height may have two certificates, and after the faults all that clients submit is decided.
func Faulty(stack validators.Stack, ended *Ended) scenario.Scenario {
	s := suite{stack}
	return scenario.New(scenario.Scenario{
		Name: "validators/faulty", Title: "With less than a third of the power faulty no height has two blocks, and all go on after the faults.",
		Step: "validators.5", Rules: []string{"VAL-10"}, For: liveBy + 2*second, Setup: func(w scenario.World) { s.faulty(w, ended) },
	})
}

func (s suite) faulty(w scenario.World, ended *Ended) {
	n := []int{4, 7}[w.Rand().IntN(2)]
	c := s.cluster(w, n)
	c.lies = true
	first, liars := w.Rand().IntN(n), (n-1)/3
	var faulty, honest []*member
	for i := range n {
		m := c.members[(first+i)%n]
		if i < liars {
			ended.Kinds = append(ended.Kinds, c.corrupt(m, n+i))
			faulty = append(faulty, m)
		} else {
			honest = append(honest, m)
		}
	}
	c.trouble(honest)
	c.pay(8, 4*second, 11*second, honest...)
	w.By(liveBy, val10Live, func() error {
		if w.Now() < faultsEnd {
			return errors.New("expected that all is decided after the faults, got that they are not over")
		}
		return c.paidAt(honest...)
	})
	w.AtEnd(VAL10Never, func() error { return c.compare(honest, faulty, ended) })
}

// corrupt makes a validator a faulty one, and says of which kind. twin is the number of an address that is free.
func (c *cluster) corrupt(m *member, twin int) (kind string) {
	m.liar = true
	lost := func(at, length time.Duration) {
		c.w.Inject(scenario.Fault{Kind: scenario.Crash, At: at, For: length, A: []network.Addr{m.addr}, Wipe: true})
	}
	switch kind = []string{Twin, Silent, Down, Amnesia}[c.w.Rand().IntN(4)]; kind {
	case Twin:
		double := &member{cluster: c, number: m.number, addr: m.addr, liar: true}
		c.w.Twin(m.addr, c.w.Addr(twin), double.boot)
	case Silent:
		lost(2*second+c.until(2*second), second)
	case Down:
		lost(2*second+c.until(2*second), 60*second)
	case Amnesia:
		m.signFrom = 1
		for i := range 6 {
			lost(3*second+time.Duration(i)*1500*ms+c.until(second), second/10+c.until(second/4))
		}
	}
	return kind
}

// trouble is what befalls those that are correct: a cut, slow links, a restart.
func (c *cluster) trouble(honest []*member) {
	w := c.w
	var some, others []network.Addr
	for i, m := range c.members {
		if (i+w.Rand().IntN(2))%2 == 0 {
			some = append(some, m.addr)
		} else {
			others = append(others, m.addr)
		}
	}
	if len(some) > 0 && len(others) > 0 {
		w.Inject(scenario.Fault{Kind: scenario.Cut, At: 4*second + c.until(3*second), For: second + c.until(2*second), A: some, B: others})
		w.Inject(scenario.Fault{Kind: scenario.Delay, At: 3*second + c.until(4*second), For: 3 * second, A: some, B: others, By: c.until(second / 2)})
	}
	up := honest[w.Rand().IntN(len(honest))]
	w.Inject(scenario.Fault{Kind: scenario.Crash, At: 3*second + c.until(5*second), For: second/10 + c.until(3*second), A: []network.Addr{up.addr}})
}

// compare holds the certificates of correct validators against each other, height by height, and notes how the run ended.
func (c *cluster) compare(honest, faulty []*member, ended *Ended) error {
	ended.Height = honest[0].ledger.Tip().Height
	for _, m := range honest {
		ended.Height = min(ended.Height, m.ledger.Tip().Height)
	}
	for height := uint64(1); height <= ended.Height; height++ {
		one, err := honest[0].ledger.Certified(height)
		if err != nil {
			return err
		}
		ended.Round = max(ended.Round, one.By.Round)
		for _, m := range honest[1:] {
			other, err := m.ledger.Certified(height)
			if err != nil || other.By.Hash != one.By.Hash {
				return errors.New("expected one certificate for each height, got two with different hashes")
			}
		}
	}
	marked := func(m *member) bool {
		r, _ := honest[0].ledger.Tip().State.Registration(c.genesis.Founders[m.number].Account)
		return r.Marked
	}
	for _, m := range faulty {
		if marked(m) {
			ended.Convicted++
		}
	}
	for _, m := range honest {
		if marked(m) {
			return errors.New("expected that nobody honest is convicted, got one who is")
		}
	}
	return nil
}
