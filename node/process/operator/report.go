package operator

import (
	"fmt"
	"slices"
	"time"

	"strata/ledgers/validators"
)

// What a check comes to.
const (
	OK   = "ok"
	Warn = "warn"
	Fail = "fail"
)

// Check is one question that an operator has, answered.
type Check struct {
	Name   string `json:"name"`
	Status string `json:"status"`
	Detail string `json:"detail"`
}

// Alert is a check that somebody should look at.
type Alert struct {
	Name     string `json:"name"`
	Severity string `json:"severity"` // warning, critical
	Detail   string `json:"detail"`
}

// Objective is a promise of service, and how it stands: meeting, at_risk, breached.
type Objective struct {
	Name   string `json:"name"`
	Status string `json:"status"`
}

// Report is everything at a moment.
type Report struct {
	At         time.Time    `json:"at"`
	Status     string       `json:"status"` // the worst of all checks
	Ready      bool         `json:"ready"`  // no check fails
	Checks     []Check      `json:"checks"`
	Alerts     []Alert      `json:"alerts"`
	Objectives []Objective  `json:"objectives"`
	Windows    []Window     `json:"windows"`
	Peers      []PeerStatus `json:"peers"`
	Horizons   []Horizon    `json:"incidents_within"`

	Lag      float64 `json:"lag_seconds"`       // since the last block, or the start
	QueueLag float64 `json:"queue_lag_seconds"` // how long work has waited for a block; 0: there is none
	Interval float64 `json:"interval_seconds"`  // between the last two blocks; 0: there are not so many
	Skew     float64 `json:"clock_skew_seconds"`
	Blocks   uint64  `json:"blocks"` // since the start, as the rest
	Own      uint64  `json:"own_blocks"`
	Finals   uint64  `json:"transactions"`
	Waiting  int     `json:"waiting"`
}

// Of how many intervals a lag is a warning, and of how many a failure.
const (
	warnAfter = 4
	failAfter = 8
)

// Report is everything as it is now.
func (o *Operator) Report() Report {
	o.mu.Lock()
	defer o.mu.Unlock()
	now := o.cfg.Now()
	r := Report{At: now.UTC(), Windows: o.windowsAt(now), Peers: o.peersAt(now), Horizons: o.horizonsAt(now), Waiting: o.facts.Waiting,
		Skew: o.skew.Seconds(), Blocks: o.totals.blocks, Own: o.totals.own, Finals: o.totals.transactions}
	since := o.last
	if since.Before(o.began) {
		since = o.began
	}
	r.Lag = now.Sub(since).Seconds()
	if !o.workSince.IsZero() {
		r.QueueLag = now.Sub(o.workSince).Seconds()
	}
	if !o.before.IsZero() {
		r.Interval = o.last.Sub(o.before).Seconds()
	}
	r.Checks = []Check{o.checkSet(), o.checkConsensus(r.Lag), o.checkSettlement(r.QueueLag), o.checkPeers(r.Peers),
		o.checkRecovery(r.Peers), o.checkClock(), o.checkRejections(now)}
	r.Status, r.Ready = OK, true
	for _, c := range r.Checks {
		if c.Status == Fail {
			r.Status, r.Ready = Fail, false
		} else if c.Status == Warn && r.Status == OK {
			r.Status = Warn
		}
	}
	r.Alerts, r.Objectives = alerts(r.Checks), objectives(r.Checks, r.Status)
	return r
}

// graded is a check of a time against a measure.
func graded(name string, lag float64, measure time.Duration, detail string) Check {
	c := Check{Name: name, Status: OK, Detail: detail}
	switch unit := measure.Seconds(); {
	case lag > failAfter*unit:
		c.Status = Fail
	case lag > warnAfter*unit:
		c.Status = Warn
	}
	return c
}

func (o *Operator) checkSet() Check {
	c := Check{CheckSet, OK, fmt.Sprintf("power %d of %d", o.facts.Set.Power(o.cfg.Key), o.facts.Set.Total())}
	switch {
	case !o.looked:
		c.Status, c.Detail = Warn, "the node has just started"
	case len(o.facts.Set) == 0:
		c.Status, c.Detail = Fail, "nobody is a validator"
	case o.facts.Missed > 0 && o.facts.Set.Power(o.cfg.Key) > 0:
		c.Status = Warn
		c.Detail = fmt.Sprintf("%d certificates of this epoch do not have this node's signature", o.facts.Missed)
	}
	return c
}

// checkConsensus says whether heights are decided. A node that never saw a block counts from its start.
func (o *Operator) checkConsensus(lag float64) Check {
	text := fmt.Sprintf("height %d, round %d, %.0f s since the last block", o.facts.Standing.Height, o.facts.Standing.Round, lag)
	if o.last.IsZero() {
		text = fmt.Sprintf("height %d, round %d, no block in the %.0f s since the start", o.facts.Standing.Height, o.facts.Standing.Round, lag)
	}
	return graded(CheckConsensus, lag, o.cfg.EmptyInterval, text)
}

// checkSettlement says whether work is done. It counts from when the work came.
func (o *Operator) checkSettlement(lag float64) Check {
	return graded(CheckSettlement, lag, o.cfg.Round, fmt.Sprintf("%d transactions wait, for %.0f s", o.facts.Waiting, lag))
}

// checkPeers says whether enough power is within reach, this node's own counted.
func (o *Operator) checkPeers(peers []PeerStatus) Check {
	total, reached, missing := o.facts.Set.Total(), o.facts.Set.Power(o.cfg.Key), 0
	c := Check{Name: CheckPeers, Status: OK}
	for _, p := range peers {
		switch p.State {
		case Diverged:
			c.Status, c.Detail = Fail, fmt.Sprintf("%s has another block of height %d", p.Addr, p.Height)
			return c
		case Unreachable, Unobserved:
			missing++
		default:
			reached += p.Power
		}
		if p.State == Unobserved {
			c.Status = Warn
		}
	}
	c.Detail = fmt.Sprintf("%d of %d members are reached", len(peers)-missing, len(peers))
	switch {
	case c.Status == Warn || missing == 0: // it has just started, or all is well
	case total > 0 && reached <= total/3*2:
		c.Status = Fail
		c.Detail += fmt.Sprintf(", with a power of %d of %d: no quorum", reached, total)
	default:
		c.Status = Warn
	}
	return c
}

// checkRecovery says whether the node has what the others have.
func (o *Operator) checkRecovery(peers []PeerStatus) Check {
	own := o.facts.Standing.Height
	best := own
	for _, p := range peers {
		best = max(best, p.Height)
	}
	c := Check{CheckRecovery, OK, fmt.Sprintf("%d blocks behind the furthest peer", best-own)}
	if best-own > apart {
		c.Status = Warn
	}
	return c
}

// checkClock compares this node's clock with the times of the others' proposals (VAL-2).
func (o *Operator) checkClock() Check {
	c := Check{CheckClock, OK, fmt.Sprintf("the last proposal's time was %.1f s from this node's clock", o.skew.Seconds())}
	switch far := o.skew.Abs(); {
	case far > validators.MaxAhead:
		c.Status = Fail
	case far > validators.MaxAhead/4:
		c.Status = Warn
	}
	return c
}

func (o *Operator) checkRejections(now time.Time) Check {
	c := Check{CheckRejections, OK, "nothing of a peer was refused in the last hour"}
	for _, r := range slices.Backward(o.history.Rejections) {
		if r.Kind != Submission && now.Sub(r.At) < time.Hour {
			c.Status, c.Detail = Warn, fmt.Sprintf("%s: %s %s", r.Kind, r.Code, r.Detail)
			break
		}
	}
	return c
}
