package validators

import (
	"errors"
	"fmt"
	"time"

	"strata/ledgers"
)

// Config of the elective. Zero values mean the defaults.
type Config struct {
	Genesis Genesis // required

	// Nothing below changes a verdict (LED-1): these are how long a node waits, how much it takes, and what its
	// operator knows of its past.
	TimeoutPropose   time.Duration // until a round without proposal is given up (VAL-5); 0 means 1 s
	TimeoutPrevote   time.Duration // after a quorum of prevotes; 0 means 0.5 s
	TimeoutPrecommit time.Duration // after a quorum of precommits; 0 means 0.5 s
	TimeoutMore      time.Duration // that each of these is longer in each round; 0 means 0.25 s
	MaxTimeout       time.Duration // the most that they come to; 0 means 30 s
	EmptyInterval    time.Duration // until a block is made although there is no work (VAL-12); 0 means 10 s
	MaxPool          int           // transactions that wait; 0 means 5,000
	PerSender        int           // of these of one account; 0 means 64

	SnapshotEvery  uint64 // heights between two snapshots that a node offers (VAL-11); 0 means 500
	SnapshotBehind uint64 // heights that a node is behind, from which on it asks for one; 0 means 1,000

	// SignFrom is the lowest height at which a validator signs whose disk has no founding record; 0 means never
	// (VAL-6). A disk with one needs none.
	SignFrom uint64
}

// MaxAhead is how far the time of a fresh proposal may be ahead of one's clock (VAL-2).
const MaxAhead = 10 * time.Second

// Defaults returns the config with its defaults filled in.
func (c Config) Defaults() Config {
	duration := func(d *time.Duration, otherwise time.Duration) {
		if *d == 0 {
			*d = otherwise
		}
	}
	duration(&c.TimeoutPropose, time.Second)
	duration(&c.TimeoutPrevote, time.Second/2)
	duration(&c.TimeoutPrecommit, time.Second/2)
	duration(&c.TimeoutMore, time.Second/4)
	duration(&c.MaxTimeout, 30*time.Second)
	duration(&c.EmptyInterval, 10*time.Second)
	if c.SnapshotEvery == 0 {
		c.SnapshotEvery = 500
	}
	if c.SnapshotBehind == 0 {
		c.SnapshotBehind = 1000
	}
	if c.MaxPool == 0 {
		c.MaxPool = ledgers.MaxPool
	}
	if c.PerSender == 0 {
		c.PerSender = ledgers.MaxPerSender
	}
	return c
}

// Complete returns the config with its defaults filled in, or one error that lists every fault.
func (c Config) Complete() (Config, error) {
	c = c.Defaults()
	faults := []error{c.Genesis.Validate()}
	refuse := func(bad bool, format string, args ...any) {
		if bad {
			faults = append(faults, fmt.Errorf("validators: "+format, args...))
		}
	}
	refuse(c.TimeoutPropose < 0, "TimeoutPropose is %v, want 0 or more", c.TimeoutPropose)
	refuse(c.TimeoutPrevote < 0, "TimeoutPrevote is %v, want 0 or more", c.TimeoutPrevote)
	refuse(c.TimeoutPrecommit < 0, "TimeoutPrecommit is %v, want 0 or more", c.TimeoutPrecommit)
	refuse(c.TimeoutMore < 0, "TimeoutMore is %v, want 0 or more", c.TimeoutMore)
	refuse(c.EmptyInterval < 0, "EmptyInterval is %v, want 0 or more", c.EmptyInterval)
	refuse(c.MaxTimeout < max(c.TimeoutPropose, c.TimeoutPrevote, c.TimeoutPrecommit), "MaxTimeout is %v, want at least as much as each timeout", c.MaxTimeout)
	refuse(c.MaxPool < 0, "MaxPool is %d, want 1 or more", c.MaxPool)
	refuse(c.PerSender < 0, "PerSender is %d, want 1 or more", c.PerSender)
	return c, errors.Join(faults...)
}

// Timeout is how long a step of a round lasts: longer in each round, so that the rounds get as long as the network is
// slow.
func (c *Config) Timeout(s Step, round uint32) time.Duration {
	first := [...]time.Duration{StepPropose: c.TimeoutPropose, StepPrevote: c.TimeoutPrevote, StepPrecommit: c.TimeoutPrecommit}[s]
	more := time.Duration(min(int64(round), int64(c.MaxTimeout/max(c.TimeoutMore, 1)))) * c.TimeoutMore
	return min(first+more, c.MaxTimeout)
}
