package scenario

import (
	"errors"
	"slices"

	"strata/network"
)

// sentinels are the errors by which a caller of layer 1 knows what to do.
var sentinels = []error{network.ErrClosed, network.ErrFrameTooBig, network.ErrSlowPeer, network.ErrRefused,
	errors.New("an error that nobody returns")}

// Only says whether err is want, by errors.Is, and neither another error of layer 1 nor one of the
// others: one that is everything tells nothing. Nil is only nil.
func Only(err, want error, others ...error) bool {
	if err == nil || want == nil {
		return err == nil && want == nil
	}
	return errors.Is(err, want) && !slices.ContainsFunc(slices.Concat(sentinels, others), func(other error) bool {
		return errors.Is(err, other) && !errors.Is(want, other)
	})
}
