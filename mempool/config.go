package mempool

import (
	"fmt"
	"time"
)

// Config of the layer. Zero values mean the defaults.
type Config struct {
	KeepFor      time.Duration // how long a transaction stays; 0 means 60 s
	MaxTxs       int           // transactions pooled at most; 0 means 5,000
	MaxPerSender int           // of these, from one sender; 0 means 64
	Verifier     Verifier      // checks the signatures (CHN-13); nil means ZIP215{}, which remembers nothing
}

// Complete returns the config with its defaults filled in, or one error that lists every fault.
func (c Config) Complete() (Config, error) {
	if c.KeepFor == 0 {
		c.KeepFor = time.Minute
	}
	if c.MaxTxs == 0 {
		c.MaxTxs = 5000
	}
	if c.MaxPerSender == 0 {
		c.MaxPerSender = 64
	}
	if c.Verifier == nil {
		c.Verifier = ZIP215{}
	}
	if c.KeepFor < 0 || c.MaxTxs < 0 || c.MaxPerSender < 0 {
		return c, fmt.Errorf("mempool: KeepFor %v, MaxTxs %d, MaxPerSender %d: none may be negative",
			c.KeepFor, c.MaxTxs, c.MaxPerSender)
	}
	return c, nil
}
