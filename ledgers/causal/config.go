package causal

import (
	"errors"
	"fmt"
	"time"
)

// Config of the elective. Zero values mean the defaults.
type Config struct {
	Genesis Genesis // required

	// Nothing below changes a verdict (LED-1).
	Tell     time.Duration // between two times that a node says where it stands; 0 means 500 ms (LED-7)
	Interval time.Duration // between two blocks; 0 means 5 s (CAU-8)
}

// Complete returns the config with its defaults filled in, or one error that lists every fault.
func (c Config) Complete() (Config, error) {
	if c.Tell == 0 {
		c.Tell = 500 * time.Millisecond
	}
	faults := []error{c.Genesis.Validate()}
	if c.Tell < 0 || c.Tell > 500*time.Millisecond {
		faults = append(faults, fmt.Errorf("causal: Tell is %v, want at most 500ms", c.Tell))
	}
	return c, errors.Join(faults...)
}
