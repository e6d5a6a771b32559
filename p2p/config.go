package p2p

import (
	"errors"
	"fmt"
	"time"

	"strata/network"
)

// Config of the layer. Zero values mean the defaults.
type Config struct {
	Self        network.Addr   // required: where others reach this node
	Bootstrap   []network.Addr // dialled when there are no peers
	MaxPeers    int            // M of P2P-7 and P2P-8; 0 means 40
	Interval    time.Duration  // between rounds of maintenance; 0 means 1 s
	HelloWithin time.Duration  // a hello must come, and be answered, in this time; 0 means 10 s
	MaxListed   int            // addresses looked at in one list; 0 means 1,000
	MaxDials    int            // dials under way at once; 0 means 16
	BackoffMin  time.Duration  // first wait before a failed address is dialled again; 0 means 1 s
	BackoffMax  time.Duration  // longest such wait; 0 means 5 min
}

// Complete returns the config with its defaults filled in, or one error that lists every fault.
func (c Config) Complete() (Config, error) {
	count := func(n *int, value int) {
		if *n == 0 {
			*n = value
		}
	}
	span := func(d *time.Duration, value time.Duration) {
		if *d == 0 {
			*d = value
		}
	}
	count(&c.MaxPeers, 40)
	count(&c.MaxListed, 1000)
	count(&c.MaxDials, 16)
	span(&c.Interval, time.Second)
	span(&c.HelloWithin, 10*time.Second)
	span(&c.BackoffMin, time.Second)
	span(&c.BackoffMax, 5*time.Minute)
	return c, errors.Join(c.faults()...)
}

func (c Config) faults() []error {
	var faults []error
	if err := c.Self.Validate(); err != nil {
		faults = append(faults, fmt.Errorf("p2p: Self: %w", err))
	}
	for i, a := range c.Bootstrap {
		if err := a.Validate(); err != nil {
			faults = append(faults, fmt.Errorf("p2p: Bootstrap[%d]: %w", i, err))
		}
	}
	if c.MaxPeers < 1 || c.MaxListed < 1 || c.MaxDials < 1 {
		faults = append(faults, fmt.Errorf("p2p: MaxPeers %d, MaxListed %d, MaxDials %d: each must be at least 1",
			c.MaxPeers, c.MaxListed, c.MaxDials))
	}
	if c.Interval < 0 || c.HelloWithin < 0 || c.BackoffMin < 0 || c.BackoffMax < c.BackoffMin {
		faults = append(faults, fmt.Errorf("p2p: Interval %v, HelloWithin %v, BackoffMin %v, BackoffMax %v: "+
			"none may be negative, nor the last below the one before",
			c.Interval, c.HelloWithin, c.BackoffMin, c.BackoffMax))
	}
	return faults
}
