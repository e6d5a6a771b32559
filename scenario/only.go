package scenario

import (
	"slices"

	"strata/network"
	"strata/scenario/carried"
)

// sentinels are the errors by which a caller of layer 1 knows what to do.
var sentinels = []error{network.ErrClosed, network.ErrFrameTooBig, network.ErrSlowPeer, network.ErrRefused}

// Only says whether err is want, or carries it, and neither another error of layer 1 nor one of the
// others: one that is everything tells nothing. Nil is only nil. See Carried.
func Only(err, want error, others ...error) bool {
	if err == nil || want == nil {
		return err == nil && want == nil
	}
	found := Carried(err, slices.Concat([]error{want}, sentinels, others)...)
	return len(found) == 1 && found[0] == want
}

// Carried lists those of the named errors that err is, or carries: see carried.List.
func Carried(err error, named ...error) []error { return carried.List(err, named...) }
