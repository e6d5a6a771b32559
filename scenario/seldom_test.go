package scenario_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/scenario"
)

// clock is a world that knows the time alone.
type clock struct {
	scenario.World
	now time.Duration
}

func (c *clock) Now() time.Duration { return c.now }

func TestSeldom_AsksFromThenOnAndNowAndThen(t *testing.T) {
	c, asked, answer := &clock{}, 0, errors.New("not yet")
	check := scenario.Seldom(c, 10*time.Second, time.Second, func() error {
		asked++
		return answer
	})
	for c.now = 0; c.now < 10*time.Second; c.now += time.Second / 10 {
		require.Error(t, check())
	}
	require.Zero(t, asked, "not before its time")
	require.ErrorIs(t, check(), answer)
	answer = nil
	c.now += time.Second / 2
	require.Error(t, check(), "the answer of half a second ago")
	c.now += time.Second / 2
	require.NoError(t, check())
	require.Equal(t, 2, asked)
}
