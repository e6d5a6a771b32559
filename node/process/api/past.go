package api

import (
	"net/http"
	"sync"
	"time"

	"strata/node"
)

// How much of the past is kept. 8640 samples of 32 bytes are 270 KiB.
const (
	pastFor    = 24 * time.Hour
	mostPoints = 1000
	aPoints    = 240
)

// sample is how the node was at one moment.
type sample struct {
	at            time.Duration // since the server began, by a clock that does not jump
	height        uint64
	rate          float64 // hashes per second
	pooled, peers uint32
}

// past keeps the samples of the last day. It is for any goroutine.
type past struct {
	mu    sync.Mutex
	ring  []sample // in order of time from next on once it is full
	next  int
	most  int
	began time.Time
}

func newPast(every time.Duration, began time.Time) *past {
	return &past{most: max(1, int(pastFor/max(every, 10*time.Second))), began: began}
}

func (p *past) add(s sample) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.ring) < p.most {
		p.ring = append(p.ring, s)
		return
	}
	p.ring[p.next] = s
	p.next = (p.next + 1) % p.most
}

// pastJSON is /v1/history: columns of one length, the oldest first.
type pastJSON struct {
	Span     uint64    `json:"span"`      // seconds
	Ages     []uint64  `json:"ages"`      // seconds before now
	Heights  []uint64  `json:"heights"`   // the last of the time since the point before
	HashRate []float64 `json:"hash_rate"` // the mean
	Pooled   []uint32  `json:"pooled"`    // the most
	Peers    []uint32  `json:"peers"`     // the last
}

// since lists the samples of the time before now, made into so many points at most.
func (p *past) since(now, span time.Duration, points int) pastJSON {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := pastJSON{
		Span: uint64(span / time.Second), Ages: []uint64{}, Heights: []uint64{}, HashRate: []float64{},
		Pooled: []uint32{}, Peers: []uint32{},
	}
	width := max(span/time.Duration(points), 1)
	last, count := time.Duration(-1), 0.0
	for i := range p.ring {
		s := p.ring[(p.next+i)%len(p.ring)]
		if s.at <= now-span || s.at > now {
			continue
		}
		bucket := (s.at - (now - span) - 1) / width
		if bucket != last {
			last, count = bucket, 0
			out.Ages, out.Heights = append(out.Ages, 0), append(out.Heights, 0)
			out.HashRate, out.Pooled, out.Peers = append(out.HashRate, 0), append(out.Pooled, 0), append(out.Peers, 0)
		}
		n := len(out.Ages) - 1
		count++
		out.Ages[n], out.Heights[n], out.Peers[n] = uint64((now-s.at)/time.Second), s.height, s.peers
		out.HashRate[n] += (s.rate - out.HashRate[n]) / count
		out.Pooled[n] = max(out.Pooled[n], s.pooled)
	}
	return out
}

// askPast answers with how the node was.
func (s *Server) askPast(r *http.Request) (int, any, error) {
	q, err := parseQuery(r, "span", "points")
	if err != nil {
		return 0, nil, err
	}
	span, err := q.number("span", 3600, 60, uint64(pastFor/time.Second))
	if err != nil {
		return 0, nil, err
	}
	points, err := q.number("points", aPoints, 1, mostPoints)
	if err != nil {
		return 0, nil, err
	}
	now := time.Since(s.past.began)
	return http.StatusOK, s.past.since(now, time.Duration(span)*time.Second, int(points)), nil
}

// keepPast takes samples as long as the server is there, the first one soon: a miner does not know its rate at once.
func (s *Server) keepPast() {
	every := time.NewTicker(max(s.cfg.SampleEvery/10, 1))
	defer every.Stop()
	for {
		select {
		case <-s.ctx.Done():
			return
		case <-every.C:
			every.Reset(s.cfg.SampleEvery)
		}
		one, err := ask(s.ctx, s, sampleOf)
		if err == nil { // else there is a gap
			one.at = time.Since(s.past.began)
			s.past.add(one)
		}
	}
}

func sampleOf(n *node.Node) sample {
	now := n.Status()
	one := sample{height: now.Height, pooled: uint32(now.Pooled), peers: uint32(now.Peers)}
	if n.Mining() {
		one.rate = n.HashRate()
	}
	return one
}
