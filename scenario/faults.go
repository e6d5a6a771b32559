package scenario

import "time"

// Faults says which faults the seeds of a scenario draw. Every fault is over at Until, so that
// what must happen in the end has the rest of the run to happen.
type Faults struct {
	Fragment   bool          // pieces are split and joined at random
	Jitter     time.Duration // most that a piece is delayed beyond its link's latency
	Resets     int           // connections that fail
	Partitions int           // times that the network falls into two halves
	Crashes    int           // nodes that crash and come back
	Churn      int           // nodes that leave for good or join late; first and last node excepted
	Cuts       int           // one-way partitions
	Delays     int           // slow routes: nodes whose bytes take longer for a time
	Slow       int           // thin links: nodes that send few bytes a second for a time
	Pauses     int           // nodes that do nothing for a time
	Skews      int           // clocks that jump ahead, or run fast or slow for a time
	Until      time.Duration // no fault happens later
}

// Any says whether there are faults at all.
func (f Faults) Any() bool { return f != (Faults{}) }
