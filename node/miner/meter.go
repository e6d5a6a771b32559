package miner

import "time"

// meter counts hashes, and forgets them after a while.
type meter struct {
	began   time.Time // of mining
	logged  time.Time // when the rate was last logged
	seconds [window + 1]struct {
		at     int64 // Unix time; the slot is at % len
		hashes int
	}
}

const (
	window   = 10          // seconds that a rate is the mean of
	logEvery = time.Minute // how often a miner says its rate
)

// newMeter begins to count. The first rate is logged as soon as there is a whole window of it.
func newMeter(now time.Time) meter {
	return meter{began: now, logged: now.Add(window*time.Second - logEvery)}
}

// add counts hashes that were done by now.
func (m *meter) add(now time.Time, hashes int) {
	at := now.Unix()
	s := &m.seconds[uint64(at)%uint64(len(m.seconds))]
	if s.at != at {
		s.at, s.hashes = at, 0
	}
	s.hashes += hashes
}

// rate is the hashes per second over the last whole seconds of the window, and what there is of the
// present one.
func (m *meter) rate(now time.Time) float64 {
	first, sum := now.Unix()-window, 0
	for _, s := range m.seconds {
		if first <= s.at && s.at <= now.Unix() {
			sum += s.hashes
		}
	}
	over := min(now.Sub(m.began), now.Sub(time.Unix(first, 0)))
	if over <= 0 {
		return 0
	}
	return float64(sum) / over.Seconds()
}

// count takes up what a batch did, and logs the rate from time to time.
func (m *Miner) count(hashes int) {
	now := m.host.Now()
	m.meter.add(now, hashes)
	if m.running && now.Sub(m.meter.logged) >= logEvery {
		m.meter.logged = now
		m.host.Log().Info("mining", "hashes_per_second", int64(m.Rate()), "threads", m.cfg.Threads)
	}
}

// Rate is the hashes per second over the last ten seconds; 0 while not mining.
func (m *Miner) Rate() float64 {
	if !m.running {
		return 0
	}
	return m.meter.rate(m.host.Now())
}
