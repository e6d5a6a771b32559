package operator

import (
	"maps"
	"slices"
	"strings"

	"strata/node/process/metrics"
)

// prefix begins the names of all families.
const prefix = "strata_validator_"

// Write writes the figures of a node for Prometheus.
func (o *Operator) Write(p *metrics.Page) {
	r := o.Report()
	o.mu.Lock()
	defer o.mu.Unlock()
	f := o.facts
	gauge := func(name, help string, value float64) { p.Gauge(prefix+name, help, value) }
	gauge("height", "Decided blocks.", float64(f.Standing.Height))
	gauge("round", "Round of the height that is not decided yet.", float64(f.Standing.Round))
	gauge("power", "Power of this node at that height; 0: it is no validator.", float64(f.Set.Power(o.cfg.Key)))
	gauge("power_total", "Power of all validators.", float64(f.Set.Total()))
	gauge("set_size", "Validators.", float64(len(f.Set)))
	gauge("missed_certificates", "Certificates of this epoch without this node's signature.", float64(f.Missed))
	gauge("waiting", "Transactions that wait for a block.", float64(f.Waiting))
	gauge("lag_seconds", "Time since the last block, or the start.", r.Lag)
	gauge("queue_lag_seconds", "How long work has waited for a block.", r.QueueLag)
	gauge("queue_warn_seconds", "The queue's lag that is a warning.", warnAfter*o.cfg.Round.Seconds())
	gauge("queue_fail_seconds", "The queue's lag that is a failure.", failAfter*o.cfg.Round.Seconds())
	gauge("clock_skew_seconds", "How far the last proposal's time was from this node's clock.", r.Skew)
	gauge("started_timestamp_seconds", "When the process started.", float64(o.began.UnixMilli())/1000)
	p.Counter(prefix+"blocks_total", "Blocks that were decided here since the start.", float64(r.Blocks))
	p.Counter(prefix+"own_blocks_total", "Of these, blocks that this node proposed.", float64(r.Own))
	p.Counter(prefix+"transactions_total", "Transactions in them.", float64(r.Finals))
	o.writeWindows(p, r.Windows)
	writeStates(p, r)
	p.Begin(metrics.KindGauge, prefix+"incidents_within", "Incidents of members that were observed within a time.")
	for _, h := range r.Horizons {
		p.Sample(prefix+"incidents_within", float64(h.Incidents), "horizon", h.Name)
	}
	o.writeHistory(p)
}

func (o *Operator) writeWindows(p *metrics.Page, all []Window) {
	family := func(name, help string, value func(Window) *float64) {
		p.Begin(metrics.KindGauge, prefix+name, help)
		for _, w := range all {
			if v := value(w); v != nil {
				p.Sample(prefix+name, *v, "window", w.Name)
			}
		}
	}
	family("window_blocks_per_second", "Blocks a second in a window.", func(w Window) *float64 { return &w.BlocksEach })
	family("window_transactions_per_second", "Transactions a second in a window.", func(w Window) *float64 { return &w.TransfersEach })
	family("drain_seconds", "Until what waits is decided, at the pace of a window.", func(w Window) *float64 { return w.Drain })
}

// writeStates writes one series for each thing and state it can be in: 1 for the one that it is in.
func writeStates(p *metrics.Page, r Report) {
	states := func(name, help, label string, all []string, each func(yield func(thing, state string))) {
		p.Begin(metrics.KindGauge, prefix+name, help)
		each(func(thing, is string) {
			for _, state := range all {
				value := 0.0
				if state == is {
					value = 1
				}
				p.Sample(prefix+name, value, label, thing, "state", state)
			}
		})
	}
	states("check", "What a check comes to.", "check", []string{OK, Warn, Fail}, func(yield func(string, string)) {
		for _, c := range r.Checks {
			yield(c.Name, c.Status)
		}
	})
	states("objective", "How an objective stands.", "objective", objectiveStates, func(yield func(string, string)) {
		for _, o := range r.Objectives {
			yield(o.Name, o.Status)
		}
	})
	states("peer", "How a member stands.", "peer", []string{Aligned, Ahead, Behind, Diverged, Unreachable, Unobserved},
		func(yield func(string, string)) {
			for _, p := range r.Peers {
				yield(string(p.Addr), p.State)
			}
		})
	p.Begin(metrics.KindGauge, prefix+"alerts", "Alerts, by severity.")
	for _, severity := range []string{"warning", "critical"} {
		count := 0
		for _, a := range r.Alerts {
			if a.Severity == severity {
				count++
			}
		}
		p.Sample(prefix+"alerts", float64(count), "severity", severity)
	}
}

func (o *Operator) writeHistory(p *metrics.Page) {
	p.Begin(metrics.KindGauge, prefix+"actions", "Actions in the history, by what became of them.")
	for _, status := range []string{Pending, Completed, Superseded} {
		count := 0
		for _, a := range o.history.Actions {
			if a.Status == status {
				count++
			}
		}
		p.Sample(prefix+"actions", float64(count), "status", status)
	}
	p.Begin(metrics.KindCounter, prefix+"rejections_total", "What was refused since the start.")
	for _, name := range slices.Sorted(maps.Keys(o.totals.rejections)) {
		kind, code, _ := strings.Cut(name, "/")
		p.Sample(prefix+"rejections_total", float64(o.totals.rejections[name]), "kind", kind, "code", code)
	}
	p.Begin(metrics.KindGauge, prefix+"incidents", "Incidents of members in the history, by state.")
	for _, state := range []string{Ahead, Behind, Diverged, Unreachable} {
		count := 0
		for _, i := range o.history.Incidents {
			if i.State == state {
				count += i.Occurrences
			}
		}
		p.Sample(prefix+"incidents", float64(count), "state", state)
	}
}
