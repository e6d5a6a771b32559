// Package localpage serves a page to the user of this machine, and to nobody else. The page follows by itself: it
// is sent the state of what it shows whenever that changes.
//
//	http://127.0.0.1:11188/?token=...   sets a cookie, and leads to /
//	/events                             server-sent events: the state, as JSON, each time that it changes
//	/kit/                               the look that all of our pages share
//	anything else                       the files of the page, and what its owner handles
//
// It listens on loopback alone. A request has to name this machine as its host, which a page of another name that
// was made to lead here cannot. It has to come from the page itself, or from no page; and it has to carry the
// cookie, which no script can read and no other site sends along. The page loads nothing from elsewhere.
//
// Simplification: cookies know no ports, so another server on this machine that the user's browser talks to sees the
// cookie. Whoever runs a server here can read the user's files as well.
package localpage

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"strconv"
	"syscall"
	"time"

	"strata/web/kit"
)

// Bounds of connections and requests.
const (
	readHeaderIn = 5 * time.Second
	idleFor      = 60 * time.Second
	mostHeader   = 16 << 10 // bytes
	mostBody     = 64 << 10 // bytes
	closeWithin  = 500 * time.Millisecond
)

// Server serves one page. Its methods are for any goroutine.
type Server struct {
	listener net.Listener
	token    string
	mux      *http.ServeMux
	feed     *feed
	ended    context.Context // by Close, or by the end of Serve
	end      context.CancelFunc
	http     *http.Server
}

// ErrTaken reports a port that another program has.
var ErrTaken = errors.New("is taken by another program")

// Listen listens on that port of loopback; 0 is any that is free. The error wraps ErrTaken if it is not free.
func Listen(port int) (net.Listener, error) {
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("port %d %w", port, ErrTaken)
	}
	return l, err
}

// New makes the server of a page, which has an index.html, on a listener that is its own from now on.
func New(l net.Listener, page fs.FS) *Server {
	s := &Server{listener: l, token: rand.Text(), mux: http.NewServeMux(), feed: newFeed()}
	s.ended, s.end = context.WithCancel(context.Background())
	s.mux.Handle("GET /kit/", http.StripPrefix("/kit/", http.FileServerFS(kit.Files)))
	s.mux.Handle("GET /", http.FileServerFS(page))
	s.mux.HandleFunc("GET /events", s.events)
	s.http = &http.Server{
		Handler: s.doors(s.mux), ReadHeaderTimeout: readHeaderIn, IdleTimeout: idleFor, MaxHeaderBytes: mostHeader,
		BaseContext: func(net.Listener) context.Context { return s.ended },
		ErrorLog:    silent(),
	}
	return s
}

// Handle has a handler answer the requests of a pattern, as in http.ServeMux, before Serve begins.
func (s *Server) Handle(pattern string, h http.HandlerFunc) { s.mux.HandleFunc(pattern, h) }

// URL is the address that the user opens. Whoever has it is let in.
func (s *Server) URL() string { return s.origin() + "/?token=" + s.token }

// origin is the page's.
func (s *Server) origin() string { return "http://" + s.listener.Addr().String() }

// Tell sends the page what it shows now. A page that comes later is sent it first. The state has to be such that
// JSON can hold it.
func (s *Server) Tell(state any) {
	text, err := json.Marshal(state)
	if err != nil {
		panic("localpage: " + err.Error()) // a state of ours
	}
	s.feed.tell(text)
}

// Pages is how many pages follow.
func (s *Server) Pages() int { return s.feed.count() }

// Left has f called, from any goroutine, each time that a page goes while the server is there.
func (s *Server) Left(f func()) { s.feed.left = f }

// Came has f called, from any goroutine, each time that a page begins to follow.
func (s *Server) Came(f func()) { s.feed.came = f }

// Serve serves until ctx ends, and closes the listener. Pages that follow are told of the end. Error: what the system
// reports.
func (s *Server) Serve(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() {
		s.end()
		soon, cancel := context.WithTimeout(context.Background(), closeWithin)
		defer cancel()
		if s.http.Shutdown(soon) != nil {
			_ = s.http.Close() // the listener is closed: nothing else can fail
		}
	})
	err := s.http.Serve(s.listener)
	s.end()
	if !stop() && errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// Answer answers a request with a value as JSON.
func Answer(w http.ResponseWriter, value any) {
	text, err := json.Marshal(value)
	if err != nil {
		Refuse(w, http.StatusInternalServerError, err.Error())
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(append(text, '\n')) // the page is gone: nobody to tell
}

// Refuse answers a request with what is wrong, in words for the user.
func Refuse(w http.ResponseWriter, status int, why string) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"error": why}) // the page is gone: nobody to tell
}
