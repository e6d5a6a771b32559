package messaging

import (
	"fmt"
	"time"
)

// Config of the layer. Zero values mean the defaults.
type Config struct {
	Timeout time.Duration // how long a request waits for its response; 0 means 10 s
	FirstID uint32        // id of each connection's first request (MSG-9); 0 means 1
}

// Complete returns the config with its defaults filled in, or one error that lists every fault.
func (c Config) Complete() (Config, error) {
	if c.Timeout == 0 {
		c.Timeout = 10 * time.Second
	}
	if c.FirstID == 0 {
		c.FirstID = 1
	}
	if c.Timeout < 0 {
		return c, fmt.Errorf("messaging: Timeout is %v, want more than 0", c.Timeout)
	}
	return c, nil
}
