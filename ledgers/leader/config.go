package leader

import (
	"errors"
	"fmt"
	"time"

	"strata/ledgers"
)

// Config of the elective. Zero values mean the defaults.
type Config struct {
	Genesis Genesis // required

	// Nothing below changes a verdict (LED-1): these are how long a node waits, and how much it takes.
	Timeout    time.Duration // until a member wishes for another view (LDR-4); 0 means 1 s
	MaxTimeout time.Duration // the most that it doubles to; 0 means 30 s
	Beat       time.Duration // between two signs of life of the leader (LDR-3); 0 means 200 ms
	Gather     time.Duration // that a leader waits for a full block while another is under way; 0 means 10 ms
	BlockOps   int           // operations in a block of this leader's, at most; 0 means 1,000
	Fallback   time.Duration // until a block that cannot be built is asked for whole (LDR-6); 0 means 300 ms
	Whole      bool          // ask who announces a block for all of it, and build none from its ids (LDR-6)
	MaxPool    int           // operations that wait; 0 means 5,000
	PerClient  int           // of these of one client; 0 means 64
	Snapshot   int           // blocks between two snapshots, at most; 0 means 1,000
}

// UnderWay is how many blocks a leader has sent that are not committed (LDR-2).
const UnderWay = 8

// Complete returns the config with its defaults filled in and the members' keys ready, or one error that lists every fault.
func (c Config) Complete() (Config, error) {
	duration := func(d *time.Duration, otherwise time.Duration) {
		if *d == 0 {
			*d = otherwise
		}
	}
	number := func(n *int, otherwise int) {
		if *n == 0 {
			*n = otherwise
		}
	}
	duration(&c.Timeout, time.Second)
	duration(&c.MaxTimeout, max(30*time.Second, c.Timeout))
	duration(&c.Beat, 200*time.Millisecond)
	duration(&c.Gather, 10*time.Millisecond)
	duration(&c.Fallback, 300*time.Millisecond)
	number(&c.BlockOps, ledgers.MaxBlockOps)
	number(&c.MaxPool, ledgers.MaxPool)
	number(&c.PerClient, ledgers.MaxPerSender)
	number(&c.Snapshot, 1000)
	faults := []error{c.Genesis.Validate()}
	refuse := func(bad bool, format string, args ...any) {
		if bad {
			faults = append(faults, fmt.Errorf("leader: "+format, args...))
		}
	}
	refuse(c.Timeout < 0 || c.MaxTimeout < c.Timeout, "Timeout is %v and MaxTimeout %v, want 0 < Timeout <= MaxTimeout", c.Timeout, c.MaxTimeout)
	refuse(c.Beat < 0 || 2*c.Beat > c.Timeout, "Beat is %v, want at most half of Timeout (%v)", c.Beat, c.Timeout)
	refuse(c.Gather < 0, "Gather is %v, want 0 or more", c.Gather)
	refuse(c.BlockOps < 0 || c.BlockOps > ledgers.MaxBlockOps, "BlockOps is %d, want 1 to %d", c.BlockOps, ledgers.MaxBlockOps)
	refuse(c.Fallback < 0, "Fallback is %v, want 0 or more", c.Fallback)
	refuse(c.MaxPool < 0, "MaxPool is %d, want 1 or more", c.MaxPool)
	refuse(c.PerClient < 0, "PerClient is %d, want 1 or more", c.PerClient)
	refuse(c.Snapshot < 0, "Snapshot is %d, want 1 or more", c.Snapshot)
	c.Genesis.prepare()
	return c, errors.Join(faults...)
}
