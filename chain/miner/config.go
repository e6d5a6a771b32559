package miner

import (
	"fmt"
	"time"
)

// Config of the miner. Zero values mean the defaults.
type Config struct {
	// Batch is the number of hashes tried at a time, between which the miner looks up; 0 means as
	// many as hash about 2 MB, some milliseconds of work.
	Batch int

	// Interval is the pause after each batch; 0 means none. In a simulation, where hashing takes
	// no time, Batch per Interval is the hash rate; there it must not be 0.
	Interval time.Duration

	// Refresh is how often the transactions of the block are chosen anew (FRK-8); 0 means 500 ms.
	Refresh time.Duration
}

// Complete returns the config with its defaults filled in, or one error that lists every fault.
func (c Config) Complete() (Config, error) {
	if c.Refresh == 0 {
		c.Refresh = 500 * time.Millisecond
	}
	if c.Batch < 0 || c.Interval < 0 || c.Refresh < 0 || c.Refresh > time.Second {
		return c, fmt.Errorf("miner: Batch %d, Interval %v, Refresh %v: none may be negative, nor Refresh over 1s (FRK-8)",
			c.Batch, c.Interval, c.Refresh)
	}
	return c, nil
}
