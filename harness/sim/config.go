package sim

import (
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"time"

	"strata/network"
)

// Engine says how a run is carried out. Both engines give the same histories and the same hash.
type Engine uint8

const (
	// TotalOrder handles one event after another, over all nodes, in the order of their keys. A
	// check may look at the whole network after every event.
	TotalOrder Engine = iota

	// Windows cuts time into windows no longer than the smallest latency and runs each window
	// node by node, on several cores: for large networks.
	Windows
)

// String is the engine's name, as flags and reports have it.
func (e Engine) String() string {
	switch e {
	case TotalOrder:
		return "total order"
	case Windows:
		return "windows"
	}
	return fmt.Sprintf("engine %d", uint8(e))
}

// The bounds of a link's latency, where the config sets none.
const (
	DefaultMinLatency = 20 * time.Millisecond
	DefaultMaxLatency = 150 * time.Millisecond
)

// Config of a simulated network. Zero values mean the defaults.
type Config struct {
	Seed    uint64 // everything random depends on it
	Engine  Engine // TotalOrder, or Windows
	Workers int    // goroutines that Windows runs on; 0 means GOMAXPROCS

	// A link's latency, one way, is drawn by hash from MinLatency to MaxLatency and is the same
	// both ways. 0 and 0 mean 20 ms and 150 ms; 4 s is the most.
	MinLatency, MaxLatency time.Duration

	Place Place // in the place of MaxLatency and Jitter; nil: none. MinLatency is then what no link is faster than

	Jitter        time.Duration // most that a piece takes longer than its link's latency; 0 means none
	Fragment      bool          // pieces are split and joined at random
	Keys          bool          // streams prove the keys of both ends, as TLS does
	CheckPayloads bool          // slices handed over are watched for changes, see Violations

	Rekey Rekey // what is drawn from some time on depends on another seed; the zero value: nothing

	Order *Order // TotalOrder only: who chooses what comes next; nil: time alone

	// Signed is told of each signature that a node's identity makes, from several goroutines under Windows; nil: nobody.
	Signed func(key network.PublicKey, message []byte, signature network.Signature)

	AfterEvent func()           // TotalOrder only: called after every event at a node
	Trace      func(TraceEvent) // TotalOrder only: called for all that happens and all that is logged; nil: off
	Log        slog.Handler     // gets what nodes log, from several goroutines under Windows; nil: nobody
}

// complete returns the config with its defaults filled in, or one error that lists every fault.
func (c Config) complete() (Config, error) {
	if c.MinLatency == 0 && c.MaxLatency == 0 {
		c.MinLatency, c.MaxLatency = DefaultMinLatency, DefaultMaxLatency
	}
	if c.Place != nil {
		c.MaxLatency = max(c.MinLatency, c.MaxLatency)
	}
	if c.Workers == 0 {
		c.Workers = runtime.GOMAXPROCS(0)
	}
	var faults []error
	refuse := func(bad bool, format string, args ...any) {
		if bad {
			faults = append(faults, fmt.Errorf("sim: "+format, args...))
		}
	}
	windows := c.Engine == Windows
	refuse(c.Engine > Windows, "Engine is %d, want TotalOrder or Windows", c.Engine)
	refuse(c.Workers < 0 || c.Workers > maxWorkers, "Workers is %d, want 1 to %d", c.Workers, maxWorkers)
	refuse(c.MinLatency <= 0, "MinLatency is %v, want more than nothing", c.MinLatency)
	refuse(c.MaxLatency < c.MinLatency, "MaxLatency is %v, want MinLatency (%v) or more", c.MaxLatency, c.MinLatency)
	refuse(c.MaxLatency > maxLatency, "MaxLatency is %v, want at most %v", c.MaxLatency, maxLatency)
	refuse(c.Place != nil && c.Jitter != 0, "Jitter and Place: a Place has jitter of its own")
	refuse(c.Jitter < 0 || c.Jitter > maxDelay, "Jitter is %v, want 0 to %v", c.Jitter, maxDelay)
	const noOrder = " needs the engine TotalOrder: under Windows there is no one order of events"
	refuse(windows && c.AfterEvent != nil, "AfterEvent"+noOrder)
	refuse(windows && c.Order != nil, "Order"+noOrder)
	refuse(c.Order != nil && (c.Order.Slack < 0 || c.Order.Slack > maxDelay),
		"Order.Slack is out of range, want 0 to %v", maxDelay)
	refuse(windows && c.Trace != nil, "Trace"+noOrder)
	return c, errors.Join(faults...)
}

const (
	maxWorkers = 256
	maxLatency = 4 * time.Second  // fits a stream's 32 bits
	maxDelay   = 1000 * time.Hour // keeps sums of delays far from the end of int64
)
