package search

import (
	"fmt"
	"time"
)

// Config of the search. Zero values mean the defaults.
type Config struct {
	Timeout   time.Duration // how long the asker waits for an answer that it likes; 0 means 10 s
	RouteFor  time.Duration // how long the way back is remembered; 0 means 30 s
	MaxRoutes int           // ways back remembered at most; 0 means 4,096
}

// Complete returns the config with its defaults filled in, or one error that lists every fault.
func (c Config) Complete() (Config, error) {
	if c.Timeout == 0 {
		c.Timeout = 10 * time.Second
	}
	if c.RouteFor == 0 {
		c.RouteFor = 30 * time.Second
	}
	if c.MaxRoutes == 0 {
		c.MaxRoutes = 4096
	}
	if c.Timeout < 0 || c.RouteFor < 0 || c.MaxRoutes < 0 {
		return c, fmt.Errorf("search: Timeout %v, RouteFor %v, MaxRoutes %d: none may be negative",
			c.Timeout, c.RouteFor, c.MaxRoutes)
	}
	return c, nil
}
