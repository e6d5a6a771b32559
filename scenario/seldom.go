package scenario

import (
	"errors"
	"time"
)

var errEarly = errors.New("expected to be asked later, got asked before anything could be so")

// Seldom makes a check of By that is asked no earlier than from, and then no more often than every so
// long; in between it gives the answer that it had. It is for what takes a while to look at, and for what
// may be so before it has to be, such as that all agree while nothing has happened.
func Seldom(w World, from, every time.Duration, check func() error) func() error {
	next, last := from, errEarly
	return func() error {
		if now := w.Now(); now >= next {
			next, last = now+every, check()
		}
		return last
	}
}
