package lattice

import (
	"maps"
	"slices"

	"strata/ledgers/lattice"
)

// places are the elections that go on, at most MaxElections, and what waits for a place among them (LAT-7).
type places struct {
	taken   int
	waiting map[int][]*contest         // by class of balance
	served  int                        // the class that was served last
	last    map[lattice.Account]uint64 // when an account last had an election, by a number that rises
	serial  uint64
	entered map[int][]*contest // by class, as they came (LAT-12)
}

func (s *places) init() {
	s.waiting, s.last, s.entered = map[int][]*contest{}, map[lattice.Account]uint64{}, map[int][]*contest{}
}

// wants has a contest wait for a place, if the block in it is the next of its account to be cemented.
func (s *places) wants(n *node, c *contest) {
	p := n.book.In(c.root)
	balance := p.Balance
	if p.Kind == lattice.Send {
		balance = balance.Plus(p.Amount)
	}
	if c.class == 0 {
		c.class = balance.Class()
		s.entered[c.class] = append(s.entered[c.class], c)
	}
	if c.active || p.Height != n.book.CementedHeight(p.Account)+1 || slices.Contains(s.waiting[c.class], c) {
		return
	}
	s.waiting[c.class] = append(s.waiting[c.class], c)
	s.fill(n)
}

// fill gives free places round robin over the classes, and in a class to the account that was active least recently.
func (s *places) fill(n *node) {
	for s.taken < n.cfg.MaxElections && len(s.waiting) > 0 {
		classes := slices.Sorted(maps.Keys(s.waiting))
		at, found := slices.BinarySearch(classes, s.served)
		if found {
			at++
		}
		s.served = classes[at%len(classes)]
		list := s.waiting[s.served]
		next := 0
		for i, c := range list {
			if s.last[c.root.Account] < s.last[list[next].root.Account] {
				next = i
			}
		}
		c := list[next]
		s.remove(c)
		s.serial++
		s.last[c.root.Account] = s.serial
		s.taken++
		c.active, c.began, c.asked = true, n.clock, n.clock
		n.fights.touch(c)
	}
}

// remove takes a contest out of those that wait.
func (s *places) remove(c *contest) {
	list := slices.DeleteFunc(s.waiting[c.class], func(other *contest) bool { return other == c })
	if len(list) == 0 {
		delete(s.waiting, c.class)
		return
	}
	s.waiting[c.class] = list
}

// leave frees the place of a contest that is over.
func (s *places) leave(n *node, c *contest) {
	s.remove(c)
	s.entered[c.class] = slices.DeleteFunc(s.entered[c.class], func(other *contest) bool { return other == c })
	if len(s.entered[c.class]) == 0 {
		delete(s.entered, c.class)
	}
	if c.active {
		c.active = false
		s.taken--
		s.fill(n)
	}
}

// tick has elections that are not decided in time give their places to others.
func (s *places) tick(n *node) {
	if len(s.waiting) == 0 {
		return
	}
	for _, c := range n.fights.order {
		if c.active && n.clock-c.began >= n.cfg.Patience {
			c.active = false
			s.taken--
			s.waiting[c.class] = append(s.waiting[c.class], c)
		}
	}
	s.fill(n)
}

// newest is the newest contest of the class that has most of them; nil if there is none.
func (s *places) newest() *contest {
	most := -1
	for _, class := range slices.Sorted(maps.Keys(s.entered)) {
		if most < 0 || len(s.entered[class]) > len(s.entered[most]) {
			most = class
		}
	}
	if most < 0 {
		return nil
	}
	list := s.entered[most]
	return list[len(list)-1]
}
