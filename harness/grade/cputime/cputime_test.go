package cputime_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/grade/cputime"
)

// The time goes on with work, and no faster than the clock of this one goroutine allows.
func TestOwn(t *testing.T) {
	began, before := time.Now(), cputime.Own()
	for cputime.Own() < before+30*time.Millisecond {
	}
	require.GreaterOrEqual(t, time.Since(began), 10*time.Millisecond)
}
