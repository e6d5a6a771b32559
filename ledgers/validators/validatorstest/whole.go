package validatorstest

import (
	"errors"
	"time"

	"strata/ledgers/validators"
	"strata/network"
	"strata/scenario"
)

// whole is whole ledgers: validators on the layers below, with faults of any kind.
func (s suite) whole() []scenario.Scenario {
	whole := func(name, title, step string, takes time.Duration, setup func(w scenario.World), rules ...string) scenario.Scenario {
		return scenario.New(scenario.Scenario{Name: "validators/" + name, Title: title, Step: step, Rules: rules, For: takes, Setup: setup})
	}
	return []scenario.Scenario{
		whole("decide", "Four validators decide what clients submit, at once, and agree.", "validators.3", 9*second, s.decide, "VAL-10", "VAL-12"),
		whole("idle", "An idle chain goes on, a block each ten seconds.", "validators.3", 45*second, s.idle, "VAL-12"),
		whole("down", "With a third but one of the power down, the others decide.", "validators.3", 30*second, s.down, "VAL-10"),
		whole("reminded", "A payment that one validator alone has is decided soon after the others are back.", "validators.3", 16*second, s.reminded, "LED-7"),
		whole("halves", "Halves that cannot reach each other decide nothing, and go on when they can.", "validators.3", 45*second, s.halves, "VAL-10", "LED-7"),
		whole("restarts", "Validators that stop at any moment and come back go on from where they were.", "validators.4", 42*second, s.restarts, "VAL-6", "VAL-10"),
		whole("twins", "Validators that run twice under one key, with less than a third of the power, break nothing.", "validators.5", 24*second, s.twins, "VAL-9", "VAL-10"),
		whole("epochs", "The set changes while a validator is away, and all go on.", "validators.1", 50*second, s.epochs, "VAL-3", "VAL-10"),
	}
}

func (s suite) decide(w scenario.World) {
	c := s.cluster(w, 4)
	c.pay(12, 3*second, 6*second, c.members...)
	w.By(8*second, val12Empty, func() error { return c.paidAt(c.members...) })
}

func (s suite) idle(w scenario.World) {
	c := s.cluster(w, 4)
	w.By(42*second, val12Empty, func() error { return decidedAt(3, c.members...) })
	w.AtEnd(val12Empty, func() error {
		for _, m := range c.members {
			if at := m.ledger.Digest().Position; at > 5 {
				return errors.New("expected at most six blocks a minute of an idle chain, got more")
			}
		}
		return nil
	})
}

func (s suite) down(w scenario.World) {
	n := []int{4, 7}[w.Rand().IntN(2)]
	c := s.cluster(w, n)
	down := (n - 1) / 3
	first := w.Rand().IntN(n)
	up := make([]*member, 0, n)
	for i := range n {
		m := c.members[(first+i)%n]
		if i < down {
			w.Inject(scenario.Fault{Kind: scenario.Crash, At: 3*second + c.until(second), For: 14 * second, A: []network.Addr{m.addr}})
			continue
		}
		up = append(up, m)
	}
	c.pay(10, 4*second, 10*second, up...)
	w.By(16*second, val10Live, func() error { return c.paidAt(up...) })
	w.By(28*second, led7Has, func() error { return c.paidAt(c.members...) })
}

// reminded has a client pay at one validator while the others are down.
func (s suite) reminded(w scenario.World) {
	c := s.cluster(w, 4)
	for _, m := range c.members[1:] {
		w.Inject(scenario.Fault{Kind: scenario.Crash, At: 3 * second, For: 2 * second, A: []network.Addr{m.addr}})
	}
	cl := c.clients[0]
	tx := cl.pays(c.clients[1].address(), 1)
	c.planned++
	w.At(3*second+c.until(second), c.members[0].addr, "submit a payment", func() { cl.submit(c.members[0], tx) })
	w.By(12*second, led7Has, func() error { return c.paidAt(c.members...) })
}

func (s suite) halves(w scenario.World) {
	c := s.cluster(w, 4)
	var a, b []network.Addr
	for i, m := range c.members {
		if i%2 == 0 {
			a = append(a, m.addr)
		} else {
			b = append(b, m.addr)
		}
	}
	at := 4*second + c.until(2*second)
	w.Inject(scenario.Fault{Kind: scenario.Cut, At: at, For: 12 * second, A: a, B: b})
	c.pay(16, 3*second, 16*second, c.members...)
	w.By(42*second, val10Live, func() error { return c.paidAt(c.members...) })
}

func (s suite) restarts(w scenario.World) {
	c := s.cluster(w, 4)
	for range 6 {
		m := c.members[w.Rand().IntN(4)]
		w.Inject(scenario.Fault{Kind: scenario.Crash, At: 3*second + c.until(14*second), For: second/10 + c.until(3*second), A: []network.Addr{m.addr}})
	}
	c.pay(14, 3*second, 18*second, c.members...)
	w.By(40*second, val6GoesOn, func() error { return c.paidAt(c.members...) })
}

// twins has a third but one of the power run twice, under one key, on disks that know nothing of each other: they
// propose and vote two things wherever they can.
func (s suite) twins(w scenario.World) {
	const n = 4
	c := s.cluster(w, n)
	c.lies = true
	liars := (n - 1) / 3
	first := w.Rand().IntN(n)
	var honest []*member
	for i := range n {
		m := c.members[(first+i)%n]
		if i >= liars {
			honest = append(honest, m)
			continue
		}
		m.liar = true
		twin := &member{cluster: c, number: m.number, addr: m.addr, liar: true}
		w.Twin(m.addr, w.Addr(n+i), twin.boot)
	}
	c.pay(6, 4*second, 8*second, honest...)
	convicted := w.Sometimes("a validator that ran twice was convicted")
	w.By(22*second, val10Live, func() error { return c.paidAt(honest...) })
	w.AtEnd(VAL10Never, func() error {
		for i := range liars {
			m := c.members[(first+i)%n]
			r, _ := honest[0].ledger.Tip().State.Registration(c.genesis.Founders[m.number].Account)
			convicted(r.Marked)
		}
		for _, m := range honest {
			r, _ := honest[0].ledger.Tip().State.Registration(c.genesis.Founders[m.number].Account)
			if r.Marked {
				return errors.New("expected that nobody honest is convicted, got one who is")
			}
		}
		return nil
	})
}

// epochs has the set change twice while one validator is away: one more comes in, and another leaves.
func (s suite) epochs(w scenario.World) {
	c := s.cluster(w, 5, func(g *validators.Genesis) {
		g.Epoch, g.MinSelf = 4, 1000
		g.Founders = g.Founders[:4]
	})
	founder := func(i int) *client { return c.newClient(10 + i) }
	key := c.members[4]
	newcomer := c.clients[1]
	away := c.members[w.Rand().IntN(4)]
	w.Inject(scenario.Fault{Kind: scenario.Crash, At: 5 * second, For: 20 * second, A: []network.Addr{away.addr}})
	leaves := (away.number + 1) % 4
	w.At(3*second, key.addr, "register, and delegate", func() {
		tx := validators.Transaction{Kind: validators.Register, Key: w.Key(key.addr),
			Proof: validators.Possess(c.chain, newcomer.address(), key.host.Identity())}
		newcomer.submit(key, newcomer.next(tx))
		newcomer.submit(key, newcomer.next(validators.Transaction{Kind: validators.Delegate, To: newcomer.address(), Amount: 20_000}))
	})
	c.pay(20, 4*second, 26*second, key)
	old := founder(leaves)
	w.At(12*second, key.addr, "undelegate", func() {
		tx := validators.Transaction{Kind: validators.Undelegate, To: old.address(), Amount: stakes(4)[leaves]}
		old.submit(key, old.next(tx))
	})
	comes, goes := w.Key(key.addr), w.Key(c.members[leaves].addr)
	w.By(48*second, val3Epochs, func() error {
		if key.ledger == nil {
			return errors.New("expected that the newcomer runs, got that it does not")
		}
		set := key.ledger.Tip().Next
		if set.Index(comes) < 0 || set.Index(goes) >= 0 {
			return errors.New("expected that one came into the set and one left it, got another set")
		}
		return c.paidAt(c.members...)
	})
}
