package process

import (
	"crypto/rand"
	"slices"
	"sync"

	"strata/harness/grade/pipe"
)

// standby is a child that is not started yet. What a child has before its binary is known, it has.
type standby struct {
	*child
	pipes *pipes
	nonce string
}

// newStandby makes one. Its supervisor is not prepared.
func newStandby(limits Limits) (*standby, error) {
	p, err := newPipes(limits.Glass != "")
	if err != nil {
		return nil, err
	}
	s := &standby{child: newChild(limits, p), pipes: p, nonce: rand.Text()}
	s.printed.mark = pipe.Mark(s.nonce)
	s.cmd = s.command(p)
	return s, nil
}

// end ends one that is not needed.
func (s *standby) end() {
	s.cmd.Abandon()
	s.pipes.closeTheirs()
	s.pipes.closeOurs()
}

// standbys are the children that stand by while a program is linked: one for each of two processors, which is what is
// to be had at once.
type standbys struct {
	mu  sync.Mutex
	all []*standby
}

// mostStandbys is how many stand by.
const mostStandbys = 2

// fill sees to it that enough stand by that have these limits. A machine on which none can be had has none: Start says so.
func (s *standbys) fill(limits Limits) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.all) < mostStandbys {
		one, err := newStandby(limits)
		if err != nil {
			return
		}
		if err := one.cmd.Prepare(); err != nil {
			one.end()
			return
		}
		s.all = append(s.all, one)
	}
}

// end ends all.
func (s *standbys) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, one := range s.all {
		one.end()
	}
	s.all = nil
}

// standing takes a child that stands by and has these limits; nil: none does.
func (w *Warm) standing(limits Limits) *standby {
	if w == nil {
		return nil
	}
	w.stands.mu.Lock()
	defer w.stands.mu.Unlock()
	i := slices.IndexFunc(w.stands.all, func(one *standby) bool { return one.limits.alike(limits) })
	if i < 0 {
		return nil
	}
	one := w.stands.all[i]
	w.stands.all = slices.Delete(w.stands.all, i, i+1)
	return one
}

// alike says whether children of both are started in the same way.
func (l Limits) alike(other Limits) bool {
	return l.Memory == other.Memory && l.Glass == other.Glass && slices.Equal(l.Exec, other.Exec) &&
		(l.Exec == nil) == (other.Exec == nil)
}
