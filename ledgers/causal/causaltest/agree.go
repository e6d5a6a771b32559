package causaltest

import (
	"errors"
	"fmt"
	"time"

	"strata/network"
	"strata/scenario"
)

// agreements are replicas whose members agree on blocks: elective 8's code, on the student's graph and bank.
func (s suite) agreements() []scenario.Scenario {
	agree := func(name, title string, takes time.Duration, setup func(w scenario.World)) scenario.Scenario {
		return scenario.New(scenario.Scenario{
			Name: "causal/" + name, Title: title, Step: "causal.5", Rules: []string{"CAU-8"}, For: takes, Setup: setup,
		})
	}
	return []scenario.Scenario{
		agree("members-agree", "Four members agree on a block each five seconds, and come to the same balances.", 24*second, s.membersAgree),
		agree("leader-fails", "A leader crashes or falls silent: the next one leads, and stays when it is back.", 20*second, s.leaderFails),
		agree("two-cuts", "A leader that runs twice proposes two cuts: one of them is the block.", 20*second, s.twoCuts),
		agree("half-a-cut", "A cut of which half the members lack a part is no block; another leader goes on.", 26*second, s.halfACut),
		agree("late-certificate", "A double spend told to two halves, and votes for the old leader's block that come after the switch.", 26*second, s.lateCertificate),
		agree("distrusted", "More than f operators distrust the leader: another one leads, and stays.", 16*second, s.distrusted),
		agree("trusted", "At most f operators distrust the leader: it stays.", 16*second, s.trusted),
		agree("blocks-again", "Replicas that crash, and one that is no member and comes late, come to the same blocks.", 30*second, s.blocksAgain),
	}
}

func (s suite) membersAgree(w scenario.World) {
	o := s.agreeing(w, 4, 4, 0)
	o.paying(16, 3*second, 15*second, o.c.replicas...)
	w.By(22*second, cau8Every, func() error { return errors.Join(o.reached(4, o.c.replicas...), o.executed(o.c.replicas...)) })
	w.AtEnd(cau8Stays, func() error { return o.makers(1, func(m int) bool { return m == 0 }) })
	w.AtEnd(cau8Every, func() error {
		if n := len(o.decided); n > 5 {
			return fmt.Errorf("expected a block each five seconds, got %d in 24 s", n)
		}
		return nil
	})
}

// leaderFails has the first leader crash, stop, or say nothing that others hear, for eight seconds.
func (s suite) leaderFails(w scenario.World) {
	o := s.agreeing(w, 4, 4, second)
	var others []network.Addr
	for _, r := range o.c.replicas[1:] {
		others = append(others, r.addr)
	}
	f := scenario.Fault{At: 4*second + time.Duration(w.Rand().Int64N(int64(second))), For: 8 * second, A: []network.Addr{o.c.replicas[0].addr}}
	switch w.Rand().IntN(3) {
	case 0:
		f.Kind = scenario.Crash
	case 1:
		f.Kind = scenario.Pause
	default:
		f.Kind, f.B = scenario.Cut, others
	}
	w.Inject(f)
	o.paying(12, 2*second, 14*second, o.c.replicas...)
	w.By(11*second, cau8Stays, func() error {
		if n := len(o.decided); n == 0 || o.decided[n-1].Maker == 0 {
			return errors.New("expected that another member leads after the first one failed, got none")
		}
		return nil
	})
	w.By(19*second, cau8Agree, func() error { return errors.Join(o.reached(9, o.c.replicas...), o.executed(o.c.replicas...)) })
	w.AtEnd(cau8Stays, func() error { return o.makers(len(o.decided)-2, func(m int) bool { return m != 0 }) })
}

// twoCuts has the leader run twice under one key, on disks that know nothing of each other: the two write and propose
// different things.
func (s suite) twoCuts(w scenario.World) {
	o := s.agreeing(w, 4, 4, second)
	o.lies = true
	c := o.c
	twin := &replica{cluster: c, number: 4, addr: w.Addr(4), listens: c.replicas[0].addr}
	w.Twin(c.replicas[0].addr, twin.addr, twin.boot)
	honest := c.replicas[1:]
	for i, r := range []*replica{c.replicas[0], twin} {
		for n := range 3 {
			w.At(time.Duration(2+2*n)*second, r.addr, "spend as one of two", func() { r.pays(1+i, 40) })
		}
	}
	o.paying(8, 2*second, 10*second, honest...)
	accused := w.Sometimes("a member that ran twice was accused")
	w.AtEnd(cau8Agree, func() error {
		keys := honest[0].ledger.Standing().Accused
		accused(len(keys) > 0)
		if len(keys) > 1 || len(keys) == 1 && keys[0] != c.genesis.Members[0].Key {
			return errors.New("expected that nobody honest is accused, got somebody who is")
		}
		return nil
	})
	w.By(19*second, cau8Agree, func() error { return errors.Join(o.reached(6, honest...), o.executed(honest...)) })
}

// halfACut has two members write what the other two do not get for eight seconds, while what members say passes.
func (s suite) halfACut(w scenario.World) {
	o := s.agreeing(w, 4, 4, second)
	c := o.c
	for _, r := range c.replicas[:2] {
		o.apart[r.addr] = true
	}
	o.apartTo = 12 * second
	w.At(4*second, c.replicas[0].addr, "pay where half hear of it", func() { c.replicas[0].pays(2, 30) })
	payee := w.Key(c.replicas[2].addr)
	poor := func() error {
		for _, r := range c.replicas {
			if r.ledger == nil || w.Now() >= o.apartTo {
				continue
			}
			if got := r.ledger.State().Balance(payee); got != balance {
				return fmt.Errorf("expected that no block has what half the members lack, got it at replica %d", r.number)
			}
		}
		return nil
	}
	w.Always(cau8All, poor)
	o.paying(12, 14*second, 19*second, c.replicas...)
	w.By(12*second, cau8Stays, func() error {
		if n := len(o.decided); n < 4 || o.decided[n-1].Maker < 2 {
			return errors.New("expected that a member of the other half leads meanwhile, got none")
		}
		return nil
	})
	w.By(25*second, cau8All, func() error { return errors.Join(o.reached(8, c.replicas...), o.executed(c.replicas...)) })
}

// lateCertificate has a double spend told to two halves, and members whose votes come seconds late: a block of the old
// leader may be decided after others lead.
func (s suite) lateCertificate(w scenario.World) {
	o := s.agreeing(w, 4, 4, second)
	o.lies = true // the twin writes with another's key
	c := o.c
	twin := &replica{cluster: c, number: 4, addr: w.Addr(4), listens: c.replicas[3].addr}
	w.Twin(c.replicas[3].addr, twin.addr, twin.boot)
	half, other := []network.Addr{c.replicas[0].addr, c.replicas[3].addr}, []network.Addr{c.replicas[1].addr, c.replicas[2].addr, twin.addr}
	w.Inject(scenario.Fault{Kind: scenario.Partition, At: 4 * second, For: 2 * second, A: half, B: other})
	w.At(4500*time.Millisecond, c.replicas[3].addr, "spend 40", func() { c.replicas[3].pays(0, 40) })
	w.At(4500*time.Millisecond, twin.addr, "spend the same 40", func() { twin.pays(1, 40) })
	for range 4 {
		a := w.Rand().IntN(3)
		at := 5*second + time.Duration(w.Rand().Int64N(int64(9*second)))
		var rest []network.Addr
		for _, r := range c.replicas {
			if r != c.replicas[a] {
				rest = append(rest, r.addr)
			}
		}
		w.Inject(scenario.Fault{Kind: scenario.Delay, At: at, For: second, By: second + time.Duration(w.Rand().Int64N(int64(2*second))),
			A: []network.Addr{c.replicas[a].addr}, B: rest})
	}
	honest := c.replicas[:3]
	w.By(25*second, cau8Agree, func() error { return errors.Join(o.reached(6, honest...), o.executed(honest...)) })
	w.AtEnd(cau8First, func() error {
		if got := honest[0].ledger.State().Balance(w.Key(c.replicas[3].addr)); got != balance-40 {
			return fmt.Errorf("expected that one of two spends is executed, got %d left", got)
		}
		return nil
	})
}

// distrusts has operators of some members distrust the first leader at four seconds.
func (o *order) distrusts(by ...*replica) {
	for _, r := range by {
		o.c.w.At(4*second, r.addr, "distrust member 0", func() { r.ledger.Distrust(0, true) })
	}
	o.paying(8, 2*second, 10*second, o.c.replicas...)
}

func (s suite) distrusted(w scenario.World) {
	o := s.agreeing(w, 4, 4, second)
	o.distrusts(o.c.replicas[1+w.Rand().IntN(2)], o.c.replicas[3])
	w.By(10*second, cau8Trust, func() error {
		if n := len(o.decided); n == 0 || o.decided[n-1].Maker == 0 {
			return errors.New("expected that another member leads, got that the first does")
		}
		return nil
	})
	w.By(15*second, cau8Agree, func() error { return errors.Join(o.reached(8, o.c.replicas...), o.executed(o.c.replicas...)) })
	w.AtEnd(cau8Stays, func() error { return o.makers(len(o.decided)-3, func(m int) bool { return m == 1 }) })
}

func (s suite) trusted(w scenario.World) {
	o := s.agreeing(w, 4, 4, second)
	o.lies = true // a replica that takes another member for the leader blames those that are right
	o.distrusts(o.c.replicas[1+w.Rand().IntN(3)])
	w.By(15*second, cau8Agree, func() error { return errors.Join(o.reached(8, o.c.replicas...), o.executed(o.c.replicas...)) })
	w.AtEnd(cau8Trust, func() error { return o.makers(1, func(m int) bool { return m == 0 }) })
}

// blocksAgain has members crash at any moment, and a replica that is no member come after twelve seconds.
func (s suite) blocksAgain(w scenario.World) {
	o := s.agreeing(w, 5, 4, second)
	c := o.c
	w.Inject(scenario.Fault{Kind: scenario.Join, At: 12 * second, A: []network.Addr{c.replicas[4].addr}})
	for range 5 {
		w.Inject(scenario.Fault{Kind: scenario.Crash, At: 3*second + time.Duration(w.Rand().Int64N(int64(14*second))),
			For: second/10 + time.Duration(w.Rand().Int64N(int64(2*second))), A: []network.Addr{c.replicas[w.Rand().IntN(4)].addr}})
	}
	o.paying(20, 3*second, 18*second, c.replicas...)
	w.By(29*second, cau8Follow, func() error { return errors.Join(o.reached(8, c.replicas...), o.executed(c.replicas...)) })
}
