// Package localhttp is what the HTTP APIs of the electives' nodes have in common: how they are served, whom they refuse,
// and how a client asks them. The chain's node has more doors, and its own in node/process/api.
package localhttp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Serve answers on a listener until ctx ends, which ends the contexts of all requests too. A connection may be idle for
// so long; 0 means as long as a request may take to arrive. Errors: the listener's.
func Serve(ctx context.Context, l net.Listener, h http.Handler, idle time.Duration) error {
	server := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		IdleTimeout:       idle,
		MaxHeaderBytes:    16 << 10,
		BaseContext:       func(net.Listener) context.Context { return ctx },
	}
	stop := context.AfterFunc(ctx, func() { server.Close() })
	defer stop()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// Local has refuse answer a request that names this machine as another's: a page of that site would have made it (DNS
// rebinding). Pages of what it lets through load nothing, and no
// other page may show them in a frame, where somebody could be led to press a button.
func Local(next http.Handler, refuse func(http.ResponseWriter, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		host := req.Host
		if name, _, err := net.SplitHostPort(host); err == nil {
			host = name
		}
		if host != "localhost" && net.ParseIP(strings.Trim(host, "[]")) == nil {
			refuse(w, fmt.Errorf("%q is no name of this API: ask for it by its address, or as localhost", host))
			return
		}
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Cache-Control", "no-store")
		next.ServeHTTP(w, req)
	})
}

// Unrouted is what a mux says of a request that it has no route for: the status, and the methods that its path takes, if
// that is 405. 0: there is a route.
func Unrouted(mux *http.ServeMux, req *http.Request) (status int, allow string) {
	h, pattern := mux.Handler(req)
	if pattern != "" {
		return 0, ""
	}
	said := &statusOnly{header: http.Header{}}
	h.ServeHTTP(said, req)
	return said.status, said.header.Get("Allow")
}

// statusOnly is a ResponseWriter that keeps no more of an answer.
type statusOnly struct {
	header http.Header
	status int
}

func (s *statusOnly) Header() http.Header         { return s.header }
func (s *statusOnly) Write(b []byte) (int, error) { return len(b), nil }
func (s *statusOnly) WriteHeader(status int)      { s.status = status }

// Routes answers by a mux, and what that has no route for as Answer does an error.
func Routes(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		switch status, allow := Unrouted(mux, req); status {
		case 0:
			mux.ServeHTTP(w, req)
		case http.StatusMethodNotAllowed:
			w.Header().Set("Allow", allow)
			Answer(w, nil, Refusal(status, fmt.Errorf("%.80s takes %s, not %.20s", req.URL.Path, allow, req.Method)))
		default:
			Answer(w, nil, Refusal(http.StatusNotFound, fmt.Errorf("there is nothing at %.80s", req.URL.Path)))
		}
	})
}

// refusal is an error with its status.
type refusal struct {
	status int
	error
}

func (r refusal) Unwrap() error { return r.error }

// Refusal is the error with a status, for Answer.
func Refusal(status int, err error) error { return refusal{status, err} }

// Failure is what an error looks like outside.
type Failure struct {
	Error string `json:"error"`
}

// Answer writes a value as JSON, or an error: with its status if it is a Refusal, else as one of a node that has ended.
func Answer(w http.ResponseWriter, value any, err error) {
	w.Header().Set("Content-Type", "application/json")
	if err != nil {
		status := http.StatusServiceUnavailable
		var r refusal
		if errors.As(err, &r) {
			status = r.status
		}
		w.WriteHeader(status)
		value = Failure{err.Error()}
	}
	_ = json.NewEncoder(w).Encode(value) // the asker may have gone
}

// Forbid answers that a request is refused, as Local wants it.
func Forbid(w http.ResponseWriter, err error) { Answer(w, nil, Refusal(http.StatusForbidden, err)) }

// Ask sends a request to the API at a URL, and reads most bytes of the answer, whose body is closed then. Errors: that
// nobody answers there, and why; the connection's.
func Ask(at string, req *http.Request, most int64) (*http.Response, []byte, error) {
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: nobody answers: %w", at, reason(err))
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, most))
	return resp, text, err
}

// reason is why nobody was reached, without what the caller says anyway.
func reason(err error) error {
	var asked *url.Error
	if errors.As(err, &asked) {
		err = asked.Err
	}
	var op *net.OpError
	if errors.As(err, &op) {
		err = op.Err
	}
	return err
}
