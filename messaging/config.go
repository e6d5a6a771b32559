package messaging

import (
	"fmt"
	"time"
)

// Config of the layer. Zero values mean the defaults.
type Config struct {
	Timeout time.Duration // how long a request waits for its response; 0 means 10 s
}

// Complete returns the config with its defaults filled in, or one error that lists every fault.
func (c Config) Complete() (Config, error) {
	if c.Timeout == 0 {
		c.Timeout = 10 * time.Second
	}
	if c.Timeout < 0 {
		return c, fmt.Errorf("messaging: Timeout is %v, want more than 0", c.Timeout)
	}
	return c, nil
}
