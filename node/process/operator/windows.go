package operator

import "time"

// windows are the times over which throughput is measured.
var windows = []time.Duration{time.Minute, 5 * time.Minute, longest}

const longest = 15 * time.Minute

// Window is how fast the chain was, as this node saw it.
type Window struct {
	Name           string   `json:"window"` // 1m, 5m, 15m
	Blocks         int      `json:"blocks"`
	Transactions   int      `json:"transactions"`
	BlocksEach     float64  `json:"blocks_per_second"`
	TransfersEach  float64  `json:"transactions_per_second"`
	TransfersBlock float64  `json:"transactions_per_block"`
	Drain          *float64 `json:"drain_seconds"` // until what waits is decided, at this pace; null: nothing was
}

var windowNames = map[time.Duration]string{time.Minute: "1m", 5 * time.Minute: "5m", longest: "15m"}

// windowsAt is each window that ends now. A node that is younger than a window has the time since its start.
func (o *Operator) windowsAt(now time.Time) (all []Window) {
	for _, long := range windows {
		w := Window{Name: windowNames[long]}
		span := max(min(long, now.Sub(o.began)), time.Second).Seconds()
		for _, b := range o.blocks {
			if now.Sub(b.at) <= long {
				w.Blocks++
				w.Transactions += b.transactions
			}
		}
		w.BlocksEach, w.TransfersEach = float64(w.Blocks)/span, float64(w.Transactions)/span
		if w.Blocks > 0 {
			w.TransfersBlock = float64(w.Transactions) / float64(w.Blocks)
		}
		if drain := 0.0; o.facts.Waiting == 0 {
			w.Drain = &drain
		} else if w.Transactions > 0 {
			drain = float64(o.facts.Waiting) / w.TransfersEach
			w.Drain = &drain
		}
		all = append(all, w)
	}
	return all
}
