package lattice

import (
	"cmp"
	"errors"
	"fmt"
	"time"
)

// Config of the elective. Zero values mean the defaults.
type Config struct {
	Genesis Genesis // required

	// Nothing below changes a verdict (LED-1): these are how long a node waits, and how much it takes.
	Tell     time.Duration // between two standings (LED-7); 0 means 500 ms
	Ask      time.Duration // until votes are asked for, and between two questions (LAT-8); 0 means 2 s
	Patience time.Duration // of an election, until others get its place (LAT-7); 0 means 60 s
	Keep     int           // blocks of an account that pruning leaves (LAT-9); 0: all

	MaxElections int // at once (LAT-7); 0 means 500
	MaxLoose     int // blocks of all accounts that are not cemented (LAT-12); 0 means 100,000

	// Checkpoint has the weights that count until as many blocks are cemented (LAT-10). Zero: those of the ledger.
	Checkpoint Checkpoint
}

// Checkpoint is what an operator knows of the network by another way.
type Checkpoint struct {
	Blocks  uint64
	Weights map[Account]Amount
}

// Bounds that nobody sets.
const (
	MaxCandidates = 10   // of one root (LAT-4)
	MaxLoose      = 64   // blocks of one account that are not cemented (LAT-4)
	MaxWaiting    = 4096 // blocks that lack something, and hashes that votes wait for (LAT-8)
	MaxSource     = 256  // blocks that lack something, of one account (LED-10)

	MoveAfter = time.Second     // since one's last vote for the root (LAT-6)
	OnlineFor = 5 * time.Minute // after a representative's last vote (LAT-5)
)

// Principal is the part of the supply that a representative needs to be heard: a thousandth (LAT-6).
const Principal = 1000

// Complete returns the config with its defaults filled in, or one error that lists every fault.
func (c Config) Complete() (Config, error) {
	duration := func(d *time.Duration, otherwise time.Duration) {
		if *d == 0 {
			*d = otherwise
		}
	}
	duration(&c.Tell, 500*time.Millisecond)
	duration(&c.Ask, 2*time.Second)
	duration(&c.Patience, 60*time.Second)
	c.MaxElections = cmp.Or(c.MaxElections, 500)
	c.MaxLoose = cmp.Or(c.MaxLoose, 100_000)
	faults := []error{c.Genesis.Validate()}
	refuse := func(bad bool, format string, args ...any) {
		if bad {
			faults = append(faults, fmt.Errorf("lattice: "+format, args...))
		}
	}
	refuse(c.Tell < 0, "Tell is %v, want more than 0", c.Tell)
	refuse(c.Ask < 0, "Ask is %v, want more than 0", c.Ask)
	refuse(c.Patience < 0, "Patience is %v, want more than 0", c.Patience)
	refuse(c.Keep < 0, "Keep is %d, want 0 for all, or 1 and more", c.Keep)
	refuse(c.MaxElections < 0, "MaxElections is %d, want 1 or more", c.MaxElections)
	refuse(c.MaxLoose < 0, "MaxLoose is %d, want 1 or more", c.MaxLoose)
	refuse(c.Checkpoint.Blocks > 0 && len(c.Checkpoint.Weights) == 0, "Checkpoint has %d blocks and no weights", c.Checkpoint.Blocks)
	return c, errors.Join(faults...)
}
