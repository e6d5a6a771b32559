package daemon

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/node/process/boltstore"
)

// A store that a newer program wrote is neither damaged nor repaired, and whoever started the older one is told so (G17).
func TestRemedy_OfANewerStore_G17(t *testing.T) {
	err := withRemedy(fmt.Errorf("data directory chain: %w: version 3, this one knows 2", boltstore.ErrNewer), "chain")
	require.ErrorIs(t, err, boltstore.ErrNewer)
	require.EqualError(t, err, "data directory chain: store was written by a newer program: version 3, this one knows 2; "+
		"nothing was changed: use that program, or name another directory with --data")
}
