package command

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The help of `strata new` names every command that does not work in a desk: those for maintainers, each of which
// says there what it wants.
func TestNew_HelpNamesWhatNeedsTheWorkshop(t *testing.T) {
	s := freshDesk(t)
	root := newRoot(Process())
	made, _, err := root.Find([]string{"new"})
	require.NoError(t, err)
	var needs []string
	for _, c := range root.Commands() {
		if strings.HasSuffix(c.Short, "(for maintainers)") {
			needs = append(needs, c.Name())
			require.Contains(t, s.refused(t, c.Name()), "not in the workshop", c.Name())
			require.Contains(t, made.Long, c.Name())
		}
	}
	require.Len(t, needs, 3)
}
