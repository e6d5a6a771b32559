package messaging

import (
	"fmt"
	"math"
	"time"
)

// Config of the layer. Zero values mean the defaults.
type Config struct {
	Timeout time.Duration // how long a request waits for its response; 0 means 10 s
	MaxID   uint32        // largest request id, past which ids begin at 1 again (MSG-9); 0 means 2^32-1
}

// Complete returns the config with its defaults filled in, or one error that lists every fault.
func (c Config) Complete() (Config, error) {
	if c.Timeout == 0 {
		c.Timeout = 10 * time.Second
	}
	if c.MaxID == 0 {
		c.MaxID = math.MaxUint32
	}
	if c.Timeout < 0 {
		return c, fmt.Errorf("messaging: Timeout is %v, want more than 0", c.Timeout)
	}
	return c, nil
}
