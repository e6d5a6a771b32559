package api

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"strata/mempool"
)

// Server answers for one node. Its methods are for any goroutine but the node's loop.
type Server struct {
	cfg     Config
	backend Backend
	page    fs.FS

	figures   *figures
	hub       *hub
	recent    *recent
	past      *past
	topology  topology
	files     files            // of the page
	described files            // the description of the API
	verifier  mempool.Verifier // the node's
	handler   http.Handler

	ordinary, watchers *places // watchers ask for health and figures
	refusals           refusals
	tipMoved           atomic.Int64 // when the tip last moved, or the start: microseconds since 1970

	http     *http.Server
	gate     atomic.Pointer[gate] // nil before Serve
	ctx      context.Context      // ends with the server
	cancel   context.CancelFunc
	watching sync.WaitGroup
}

// Bounds of the connections.
const (
	readHeaderIn = 5 * time.Second
	readIn       = 10 * time.Second
	writeIn      = 15 * time.Second // streams set their own
	idleFor      = 60 * time.Second
	maxHeader    = 16 << 10 // bytes
	closeWithin  = 300 * time.Millisecond
)

// New makes a server of a node that runs, and begins to watch it. page is what it serves besides the
// API. Errors: those of Config.Complete; the node does not answer.
func New(cfg Config, b Backend, page fs.FS) (*Server, error) {
	cfg, err := cfg.Complete()
	if err != nil {
		return nil, err
	}
	s := &Server{
		cfg: cfg, backend: b, page: page,
		figures:  newFigures(),
		hub:      newHub(uint64(max(0, b.Started.UnixMicro())), cfg.MaxRecent, cfg.MaxQueued, cfg.MaxStreams),
		recent:   newRecent(cfg.MaxBlocks),
		past:     newPast(cfg.SampleEvery, time.Now()),
		ordinary: newPlaces(cfg.MaxRequests),
		watchers: newPlaces(healthRequests),
	}
	s.tipMoved.Store(b.Started.UnixMicro())
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.handler = s.doors(s.mux())
	s.http = &http.Server{
		Handler:           s.handler,
		ReadHeaderTimeout: readHeaderIn, ReadTimeout: readIn, WriteTimeout: writeIn, IdleTimeout: idleFor,
		MaxHeaderBytes: maxHeader,
		ErrorLog:       slog.NewLogLogger(b.Log.Handler(), slog.LevelDebug),
		BaseContext:    func(net.Listener) context.Context { return s.ctx },
		ConnContext:    inSpare,
	}
	if !b.Do(s.watch) {
		s.cancel()
		return nil, errGone
	}
	s.watching.Go(s.tellStatus)
	s.watching.Go(s.keepPast)
	return s, nil
}

// Handler answers requests, as Serve does on a listener.
func (s *Server) Handler() http.Handler { return s.handler }

// Serve answers on the listener, once, at most 272 connections at a time, until Close. It closes the
// listener. Error: what the system reports; nil after Close.
func (s *Server) Serve(l net.Listener) error {
	g := newGate(l, maxConns, spareConns, s.figures.evicted.Inc)
	s.gate.Store(g)
	s.http.ConnState = g.changed
	err := s.http.Serve(g)
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// Close ends the server: streams at once, other requests within 300 ms. It waits until no goroutine
// of the server is left but those that wait for the node's loop, which end with it.
func (s *Server) Close() {
	s.cancel()
	ctx, cancel := context.WithTimeout(context.Background(), closeWithin)
	defer cancel()
	if s.http.Shutdown(ctx) != nil {
		_ = s.http.Close() // the listener is closed: nothing else can fail
	}
	s.watching.Wait()
}

// writeJSON answers with a value.
func writeJSON(w http.ResponseWriter, status int, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(append(text, '\n')) // the client is gone: nobody to tell
	return nil
}
