package api

import (
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// streamWriteIn is how long one write to a stream may take; who does not read is cut off.
const streamWriteIn = 5 * time.Second

// events is a stream of server-sent events. A client that says which one it saw last gets those
// that it missed; if they are no longer kept, or the client is new and wants a number, a `reset`
// tells it to ask for everything again.
func (s *Server) events(w http.ResponseWriter, r *http.Request) {
	if _, err := parseQuery(r); err != nil {
		s.fail(w, r, err)
		return
	}
	after, resuming, err := lastSeen(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	c, missed, last, whole := s.hub.join(after)
	if c == nil {
		s.refuse(roomStreams)
		s.fail(w, r, problem(http.StatusServiceUnavailable, "too-many-streams", "too many clients listen already", "close one, or ask now and then"))
		return
	}
	defer s.hub.leave(c)
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // for a proxy that would wait for more
	out := stream{w, http.NewResponseController(w)}
	_ = out.control.SetReadDeadline(time.Time{}) // that of the request would end the stream
	out.write(": the events of a strata node\nretry: 1000\n\n")
	switch {
	case !resuming: // begins with what comes next
	case !whole:
		out.event(event{last, "reset", []byte("{}")})
	default:
		for _, e := range missed {
			out.event(e)
		}
	}
	if r.Method == http.MethodHead || out.flush() != nil {
		return
	}
	s.pump(r, out, c)
}

// lastSeen is the id of the last event that a client saw before it was cut off.
func lastSeen(r *http.Request) (id uint64, ok bool, err error) {
	text := r.Header.Get("Last-Event-ID")
	if text == "" {
		return 0, false, nil
	}
	if id, ok = decimal(text); !ok {
		return 0, false, badParameter("Last-Event-ID", text, "the id of an event")
	}
	return id, true, nil
}

// pump sends events and signs of life until the client or the server goes.
func (s *Server) pump(r *http.Request, out stream, c *client) {
	alive := time.NewTicker(s.cfg.Heartbeat)
	defer alive.Stop()
	for {
		select {
		case e, ok := <-c.events:
			if !ok {
				s.figures.slow.Inc()
				out.write("event: reset\ndata: {}\n\n") // without an id: it comes back with that of the last it saw
				_ = out.flush()
				return
			}
			out.event(e)
		case <-alive.C:
			out.write(": still here\n\n")
		case <-r.Context().Done():
			return
		case <-s.ctx.Done():
			return
		}
		if out.flush() != nil {
			return
		}
	}
}

// stream writes to one client.
type stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

func (s stream) write(text string) {
	// An error shows at the next flush.
	_ = s.control.SetWriteDeadline(time.Now().Add(streamWriteIn))
	_, _ = s.w.Write([]byte(text))
}

func (s stream) event(e event) {
	s.write(fmt.Sprintf("id: %s\nevent: %s\ndata: %s\n\n", strconv.FormatUint(e.id, 10), e.kind, e.data))
}

func (s stream) flush() error { return s.control.Flush() }
