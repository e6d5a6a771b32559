package api

import (
	"strings"
	"time"
	"unsafe"

	"strata/network"
)

// Routes lists method and path of every request that has an answer, as openapi.json names them.
func (s *Server) Routes() []string {
	var list []string
	for _, r := range s.routes() {
		list = append(list, r.method+" "+strings.Replace(r.path, "...", "", 1))
	}
	return list
}

// Tokened says which of them take the token.
func (s *Server) Tokened() map[string]bool {
	list := map[string]bool{}
	for _, r := range s.routes() {
		list[r.method+" "+r.path] = r.token
	}
	return list
}

// Streams is the number of clients of /v1/events.
func (s *Server) Streams() int { return s.hub.count() }

// ParseQuery, Decimal and Unhex are what reads requests.
var (
	ParseQuery = parseQuery
	Decimal    = decimal
	Unhex      = unhex
	ReadBody   = readBody
)

// Publish tells the clients.
func (s *Server) Publish(kind string, value any) { s.hub.publish(kind, value) }

// Graph is the network that is told of if these are the node's peers and they claim that.
func Graph(self network.Addr, peers []network.Addr, claims map[network.Addr][]network.Addr) (nodes []network.Addr, links [][2]network.Addr) {
	all := []said{{self, peers}}
	for _, peer := range peers {
		all = append(all, said{peer, claims[peer]})
	}
	t := graph(self, all)
	return t.Nodes, t.Links
}

// Past is the ring of samples, one each ten seconds.
type Past struct{ p *past }

// NewPast makes one that keeps a day.
func NewPast() Past { return Past{newPast(10*time.Second, time.Now())} }

// Add takes a sample.
func (p Past) Add(at time.Duration, height uint64, rate float64, pooled uint32) {
	p.p.add(sample{at: at, height: height, rate: rate, pooled: pooled, peers: 3})
}

// Since is what /v1/history tells at a moment.
func (p Past) Since(now, span time.Duration, points int) (ages, heights []uint64, rates []float64, pooled []uint32) {
	j := p.p.since(now, span, points)
	return j.Ages, j.Heights, j.HashRate, j.Pooled
}

// Bytes is what its samples take.
func (p Past) Bytes() uintptr { return uintptr(cap(p.p.ring)) * unsafe.Sizeof(sample{}) }

// WallTime is a moment as the clock counts now.
var WallTime = wallTime
