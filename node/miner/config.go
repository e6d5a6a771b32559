package miner

import (
	"fmt"
	"time"
)

// Config of the miner. Zero values mean the defaults.
type Config struct {
	// Batch is the number of hashes that a thread tries at a time; 0 means as many as hash 16 MiB,
	// 4 to 50 ms of work. A batch for which there is no more use ends at once, whatever its size.
	Batch int

	// Threads is the number of batches that are under way at a time; 0 means 1. In a simulation it
	// is how often Batch is tried per Interval. All but one of the machine's cores is a good number
	// on a real host; it is not the default, lest a simulation depends on the machine.
	Threads int

	// Interval is the pause after each batch; 0 means none. In a simulation, where hashing takes
	// no time, Batch per Interval is the hash rate; there it must not be 0.
	Interval time.Duration

	// Refresh is how often the transactions of the block are chosen again (FRK-8); 0 means 500 ms.
	Refresh time.Duration
}

// MaxThreads is more than any machine has cores.
const MaxThreads = 4096

// Complete returns the config with its defaults filled in, or one error that lists every fault.
func (c Config) Complete() (Config, error) {
	if c.Refresh == 0 {
		c.Refresh = 500 * time.Millisecond
	}
	if c.Threads == 0 {
		c.Threads = 1
	}
	if c.Threads < 0 || c.Threads > MaxThreads {
		return c, fmt.Errorf("miner: Threads %d: want 1 to %d", c.Threads, MaxThreads)
	}
	if c.Batch < 0 || c.Interval < 0 || c.Refresh < 0 || c.Refresh > time.Second {
		return c, fmt.Errorf("miner: Batch %d, Interval %v, Refresh %v: none may be negative, nor Refresh over 1s (FRK-8)",
			c.Batch, c.Interval, c.Refresh)
	}
	return c, nil
}
