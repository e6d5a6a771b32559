package gossip

import (
	"fmt"
	"time"
)

// Config of the layer. Zero values mean the defaults.
type Config struct {
	SeenFor time.Duration // how long an id is remembered; 0 means 5 min
	Sweep   time.Duration // between two sweeps of the seen ids; 0 means 1 min
	MaxSeen int           // ids remembered at most; 0 means 65,536
}

// Complete returns the config with its defaults filled in, or one error that lists every fault.
func (c Config) Complete() (Config, error) {
	if c.SeenFor == 0 {
		c.SeenFor = 5 * time.Minute
	}
	if c.Sweep == 0 {
		c.Sweep = time.Minute
	}
	if c.MaxSeen == 0 {
		c.MaxSeen = 1 << 16
	}
	if c.SeenFor < 0 || c.Sweep < 0 || c.MaxSeen < 0 {
		return c, fmt.Errorf("gossip: SeenFor %v, Sweep %v, MaxSeen %d: none may be negative",
			c.SeenFor, c.Sweep, c.MaxSeen)
	}
	return c, nil
}
