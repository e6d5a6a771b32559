package blocksync

import (
	"errors"
	"fmt"
	"time"
)

// Config of the sync. Zero values mean the defaults.
type Config struct {
	Step       int           // blocks in a range, 1 to 256, fewer if they are large; 0 means 128
	Window     int           // ranges asked for or waiting at once; 0 means 32
	PerPeer    int           // ranges asked of one peer at once, more if they are small and come soon; 0 means 2
	MaxWaiting int           // bytes of blocks asked for or waiting; 0 means 16 MiB
	Commit     int           // blocks executed in one commit, at the end of a range; 0 means 512
	Deadline   time.Duration // for an answer, shorter than messaging's timeout; 0 means 4 s
	Pause      time.Duration // how long a peer that stalls is not asked, doubled each time; 0 means 5 s
	MaxPause   time.Duration // longest such pause, and that of a liar; 0 means 10 min
	Interval   time.Duration // between looks at how it goes; 0 means 1 s
	Report     time.Duration // between lines in the log; 0 means 5 s
	Grace      time.Duration // a new peer has this long to tell its tip before it is asked; 0 means 1 s
	Remembered int           // peers remembered for what they did; 0 means 1,024

	MaxBytes   int // of one answer, but for a single block that is longer; 0 means 512 KiB
	AnswerRate int // bytes a second that one peer is answered, and half of what all are; 0 means 16 MiB
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
	count(&c.Step, 128)
	count(&c.Window, 32)
	count(&c.PerPeer, 2)
	count(&c.MaxWaiting, 16<<20)
	count(&c.Commit, 512)
	count(&c.Remembered, 1024)
	count(&c.MaxBytes, 512<<10)
	count(&c.AnswerRate, 16<<20)
	span(&c.Deadline, 4*time.Second)
	span(&c.Pause, 5*time.Second)
	span(&c.MaxPause, 10*time.Minute)
	span(&c.Interval, time.Second)
	span(&c.Report, 5*time.Second)
	span(&c.Grace, time.Second)
	return c, errors.Join(c.faults()...)
}

func (c Config) faults() []error {
	var faults []error
	if c.Step < 1 || c.Step > MaxStep {
		faults = append(faults, fmt.Errorf("blocksync: Step is %d, want 1 to %d blocks", c.Step, MaxStep))
	}
	if c.Window < 1 || c.PerPeer < 1 || c.MaxWaiting < 1 || c.Commit < 1 || c.Remembered < 1 || c.MaxBytes < 1 || c.AnswerRate < 1 {
		faults = append(faults, fmt.Errorf("blocksync: Window %d, PerPeer %d, MaxWaiting %d, Commit %d, Remembered %d, MaxBytes %d, AnswerRate %d: each must be at least 1",
			c.Window, c.PerPeer, c.MaxWaiting, c.Commit, c.Remembered, c.MaxBytes, c.AnswerRate))
	}
	if c.Deadline < 0 || c.Pause < 0 || c.MaxPause < c.Pause || c.Interval < 0 || c.Report < 0 || c.Grace < 0 {
		faults = append(faults, fmt.Errorf("blocksync: Deadline %v, Pause %v, MaxPause %v, Interval %v, Report %v, Grace %v: none may be negative, nor MaxPause below Pause",
			c.Deadline, c.Pause, c.MaxPause, c.Interval, c.Report, c.Grace))
	}
	return faults
}
