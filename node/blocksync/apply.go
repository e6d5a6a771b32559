package blocksync

import (
	"fmt"
	"slices"
	"time"

	"strata/chain"
	"strata/node/blocktree"
)

// maxImports is how many commits may be under way: the signatures of one are verified while another
// is executed.
const maxImports = 2

// commitBytes is what the blocks of one commit have, and not more than a range beyond it. Package
// mempool has to remember the signatures of two commits.
const commitBytes = 1 << 20

// apply imports the ranges that are whole, from the lowest on, up to a commit's worth (SYN-7).
func (s *Sync) apply() {
	for s.round != nil && s.round.imports < maxImports {
		r := s.round
		var blocks []chain.Sealed
		var from []*peer // of each block
		spans, bytes := 0, 0
		for _, sp := range r.spans[r.importing:] {
			if !sp.whole() || len(blocks) >= s.cfg.Commit || bytes >= commitBytes {
				break
			}
			bytes += sp.bytes
			blocks = append(blocks, sp.blocks...)
			from = append(from, slices.Repeat([]*peer{sp.by}, len(sp.blocks))...)
			spans++
		}
		if spans == 0 {
			return
		}
		r.importing += spans
		r.imports++
		s.Import(blocks, func(added []blocktree.Added, err error) { s.imported(r, spans, from, added, err) })
	}
}

// imported learns what became of the blocks of the first ranges.
func (s *Sync) imported(r *round, spans int, from []*peer, added []blocktree.Added, err error) {
	if s.round != r || s.stopped {
		return
	}
	if err != nil {
		s.host.Log().Error("sync: blocks not stored", "err", err)
		s.end("the store fails")
		s.Changed()
		return
	}
	for i, a := range added {
		if a.Status == blocktree.Invalid || a.Status == blocktree.Orphan {
			s.misled(r, from[i], a.Reason)
			return
		}
	}
	r.moved = s.host.Now()
	r.meter.total += len(added)
	r.spans = r.spans[spans:]
	r.importing -= spans
	r.imports--
	if len(r.spans) > 0 {
		s.report()
		s.apply()
		s.assign()
		return
	}
	s.end("")
	if r.lead != nil {
		r.lead.fruitless = 0
	}
	if p := r.lead; p != nil && p.claim > s.Chain.State().Number() && s.usable(p) {
		s.locate(p, true) // the next part of its chain
	}
	s.seek(nil)
	s.Changed()
}

// misled ends a round with an invalid block in it: neither who gave it as one of its own chain nor who
// leads can have executed it.
func (s *Sync) misled(r *round, by *peer, reason error) {
	if reason == nil {
		reason = ErrUnlinked
	}
	s.end("its chain is invalid")
	s.lied(by, fmt.Errorf("%w: %w", ErrInvalid, reason))
	if r.lead != nil && r.lead != by {
		s.lied(r.lead, fmt.Errorf("%w: %w", ErrInvalid, reason))
	}
	s.seek(nil)
	s.Changed()
}

// end ends the round. why is empty if nothing is missing.
func (s *Sync) end(why string) {
	r := s.round
	r.cancel(s.host)
	s.round = nil
	tip := s.Chain.State().Number()
	if why == "" {
		s.host.Log().Info("sync done", "number", tip, "blocks", r.meter.total, "in", s.host.Now().Sub(r.began))
	} else {
		s.host.Log().Info("sync broken off", "number", tip, "of", r.tip, "why", why)
	}
	s.arm()
}

// Progress is how far a sync is; the zero value if none is under way (SYN-9).
type Progress struct {
	Target    uint64        // number of the block that it goes up to, as peers say; 0: no sync
	Rate      float64       // blocks per second lately
	Remaining time.Duration // at that rate; 0 if it is not known yet
}

// Progress tells how far the sync is.
func (s *Sync) Progress() Progress {
	r := s.round
	if r == nil {
		return Progress{}
	}
	p := Progress{Target: r.tip, Rate: r.meter.rate(s.host.Now())}
	if left := r.tip - min(r.tip, s.reached()); p.Rate > 0 {
		// A liar's target must not become a duration that is none.
		p.Remaining = time.Duration(min(float64(left)/p.Rate, maxRemaining.Seconds()) * float64(time.Second))
	}
	return p
}

const maxRemaining = 1000 * time.Hour

// reached is the number of the last block that is there.
func (s *Sync) reached() uint64 { return s.round.spans[0].first - 1 }

// report writes a line to the log from time to time.
func (s *Sync) report() {
	m := &s.round.meter
	now := s.host.Now()
	if now.Sub(m.told) < s.cfg.Report {
		return
	}
	m.told = now
	p := s.Progress()
	s.host.Log().Info("syncing", "number", s.reached(), "target", p.Target, "rate", fmt.Sprintf("%.0f/s", p.Rate),
		"remaining", p.Remaining.Round(time.Second), "peers", len(s.peers))
}

// meter measures the speed over the last seconds.
type meter struct {
	total       int
	told        time.Time
	older, mark sample
}

// sample is a count at a time.
type sample struct {
	at    time.Time
	total int
}

const sampleEvery = 3 * time.Second

func (m *meter) start(now time.Time) {
	m.told = now
	m.older, m.mark = sample{at: now}, sample{at: now}
}

// rate is that since the older of two samples, which are taken on the way.
func (m *meter) rate(now time.Time) float64 {
	if now.Sub(m.mark.at) >= sampleEvery {
		m.older, m.mark = m.mark, sample{now, m.total}
	}
	passed := now.Sub(m.older.at).Seconds()
	if passed <= 0 {
		return 0
	}
	return float64(m.total-m.older.total) / passed
}
