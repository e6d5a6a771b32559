package real

import (
	"fmt"
	"strings"

	"strata/network"
)

// DeadError reports a node that ended in the middle of a run.
type DeadError struct {
	Node  int
	Addr  network.Addr
	Err   error    // how it ended
	Lines []string // the last of its log
}

// Error says which node it was, and what it logged last.
func (e *DeadError) Error() string {
	text := fmt.Sprintf("node %d (%s) ended in the middle of the run: %v", e.Node, e.Addr, e.Err)
	if len(e.Lines) == 0 {
		return text + "; it logged nothing"
	}
	return text + "; its log ended with:\n  " + strings.Join(e.Lines, "\n  ")
}
