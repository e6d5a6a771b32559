package leadertest

import (
	"fmt"
	"slices"
	"time"

	"strata/ledgers/leader"
	"strata/scenario"
)

// joins has members ask the leader for a view without their word: one asks twice with one nonce, and between that
// another asks with more nonces than anybody remembers.
func (s suite) joins(w scenario.World) {
	d := s.desk(w, 3, 0)
	join := func(member int, nonce byte, view uint64) {
		d.says(member, leader.KindJoin, &leader.Join{Nonce: [16]byte{nonce, byte(member)}, View: view})
	}
	d.at(second/2, "a member that has lost its disk asks", func() { join(2, 1, 20) })
	d.at(second, "see that the leader wishes for it", func() {
		if !slices.Contains(d.wishes(), 21) {
			w.Fail(ldr11Wishes, "expected a wish for view 21 when a member has promised up to view 20, got %d", d.wishes())
		}
	})
	for i := range 100 {
		d.at(second+time.Duration(10*i)*time.Millisecond, "another asks with a nonce of its own each time", func() { join(1, byte(i), 0) })
	}
	d.at(2500*time.Millisecond, "the first asks again with its nonce", func() { join(2, 1, 40) })
	w.AtEnd(led10Bounds, func() error {
		if got := d.wishes(); slices.Contains(got, 41) {
			return fmt.Errorf("expected one wish for the nonce of member 2, however many member 1 sends, got %d", got)
		}
		return nil
	})
}
