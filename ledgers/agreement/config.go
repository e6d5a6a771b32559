package agreement

import (
	"errors"
	"fmt"
	"time"

	"strata/ledgers"
)

// Config says who agrees. Zero values mean the defaults.
type Config struct {
	Chain   ledgers.ChainID  // required
	Members []ledgers.Member // required: each has one vote

	// Nothing below changes a verdict (LED-1).
	Interval time.Duration // between two blocks; 0 means 5 s
	Timeout  time.Duration // until a round without proposal is given up, votes half of it (VAL-5); 0 means 1 s
}

// Complete returns the config with its defaults filled in, or one error that lists every fault.
func (c Config) Complete() (Config, error) {
	if c.Interval == 0 {
		c.Interval = 5 * time.Second
	}
	if c.Timeout == 0 {
		c.Timeout = time.Second
	}
	faults := ledgers.MemberFaults("agreement", c.Members)
	if c.Interval < 0 {
		faults = append(faults, fmt.Errorf("agreement: Interval is %v, want 0 or more", c.Interval))
	}
	if c.Timeout < 0 || c.Timeout > 30*time.Second {
		faults = append(faults, fmt.Errorf("agreement: Timeout is %v, want 0 to 30s", c.Timeout))
	}
	return c, errors.Join(faults...)
}

// Faulty is how many of n members may do anything, without two blocks of one height being decided: f of 3f+1.
func Faulty(n int) int { return (n - 1) / 3 }
