package api

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"
)

// A room is a bound on what is answered at once. Health and figures have one of their own, so that those who
// watch the node see it whatever the others do.
type room string

const (
	roomConnections room = "connections" // all are busy, and this is a spare one
	roomRequests    room = "requests"    // under way
	roomStreams     room = "streams"     // clients of /v1/events
	roomLoop        room = "loop"        // questions that wait for the node's loop
)

var rooms = []room{roomConnections, roomRequests, roomStreams, roomLoop}

// healthRequests is how many requests for health and figures are answered at once.
const healthRequests = 8

// places are those of one kind of requests.
type places struct {
	requests  chan struct{} // one for each under way
	questions chan struct{} // one for each that the loop has not answered
}

func newPlaces(requests int) *places {
	return &places{make(chan struct{}, requests), make(chan struct{}, 2*requests)}
}

// placesKey holds the places of a request in its context.
type placesKey struct{}

// placesOf are the places that belong to the context of a request, or to the server itself.
func (s *Server) placesOf(ctx context.Context) *places {
	if p, ok := ctx.Value(placesKey{}).(*places); ok {
		return p
	}
	return s.ordinary
}

// enter takes a place for a request, or says why there is none. leave frees it.
func (s *Server) enter(r *http.Request, watches bool) (in *http.Request, leave func(), err error) {
	p := s.ordinary
	if watches {
		p = s.watchers
	} else if r.Context().Value(spareKey{}) != nil {
		s.refuse(roomConnections)
		return nil, nil, errBusy
	}
	select {
	case p.requests <- struct{}{}:
		return r.WithContext(context.WithValue(r.Context(), placesKey{}, p)), func() { <-p.requests }, nil
	default:
		s.refuse(roomRequests)
		return nil, nil, errBusy
	}
}

// refuse counts a refusal, and logs it.
func (s *Server) refuse(r room) {
	s.figures.refused[r].Inc()
	s.refusals.note(r, time.Now(), s.backend.Log)
}

// refusals logs that something is refused: at once, and then every ten seconds at most, with how many it
// were in between.
type refusals struct {
	mu    sync.Mutex
	said  map[room]time.Time
	since map[room]int // refusals that were not said
}

const sayEvery = 10 * time.Second

func (f *refusals) note(r room, now time.Time, log *slog.Logger) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.said == nil {
		f.said, f.since = map[room]time.Time{}, map[room]int{}
	}
	f.since[r]++
	if said, ok := f.said[r]; ok && now.Sub(said) < sayEvery {
		return
	}
	log.Warn("api: refused for want of room", "room", string(r), "refused", f.since[r])
	f.said[r], f.since[r] = now, 0
}
