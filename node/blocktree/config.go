package blocktree

import "fmt"

// Config of the tree. Zero values mean the defaults.
type Config struct {
	MaxOrphans int // blocks kept whose parent is unknown; 0 means 2,048
	MaxInvalid int // invalid blocks remembered; 0 means 65,536
	KeepUndo   int // blocks below the tip that can be undone, the tip included; 0 means all
}

// Complete returns the config with its defaults filled in, or one error that lists every fault.
func (c Config) Complete() (Config, error) {
	if c.MaxOrphans == 0 {
		c.MaxOrphans = 2048
	}
	if c.MaxInvalid == 0 {
		c.MaxInvalid = 1 << 16
	}
	if c.MaxOrphans < 0 || c.MaxInvalid < 0 || c.KeepUndo < 0 {
		return c, fmt.Errorf("blocktree: MaxOrphans %d, MaxInvalid %d, KeepUndo %d: none may be negative", c.MaxOrphans, c.MaxInvalid, c.KeepUndo)
	}
	return c, nil
}
