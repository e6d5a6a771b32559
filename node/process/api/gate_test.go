package api_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/node/process/api"
)

// served is a rig whose API listens by itself, as in a node's process.
func served(t *testing.T, cfg api.Config) (r *rig, at string) {
	t.Helper()
	r = newRig(t, cfg)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ended := make(chan error, 1)
	go func() { ended <- r.server.Serve(l) }()
	t.Cleanup(func() {
		r.server.Close()
		require.NoError(t, <-ended)
	})
	return r, l.Addr().String()
}

// client is one connection to a server.
type client struct {
	t    *testing.T
	conn net.Conn
	in   *bufio.Reader
}

func dialAPI(t *testing.T, at string) *client {
	t.Helper()
	conn, err := net.Dial("tcp", at)
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	require.NoError(t, conn.SetDeadline(time.Now().Add(patience)))
	return &client{t, conn, bufio.NewReader(conn)}
}

func (c *client) ask(path string) (*http.Response, error) {
	if _, err := fmt.Fprintf(c.conn, "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", path); err != nil {
		return nil, err
	}
	return http.ReadResponse(c.in, nil)
}

func (c *client) status(path string) int {
	c.t.Helper()
	a, err := c.ask(path)
	require.NoError(c.t, err)
	if path != "/v1/events" {
		_, err = io.Copy(io.Discard, a.Body)
		require.NoError(c.t, err)
	}
	return a.StatusCode
}

// G8, H6: connections that are kept and say nothing lock nobody out. The one that has been idle for the
// longest time gives way, at once.
func TestIdleConnectionsGiveWay_H6(t *testing.T) {
	r, at := served(t, api.Config{})
	var kept []*client
	for range 300 {
		c := dialAPI(t, at)
		require.Equal(t, 200, c.status("/healthz"))
		kept = append(kept, c)
	}
	silent := dialAPI(t, at) // asks nothing, or drips
	_, err := io.WriteString(silent.conn, "GET /v1/sta")
	require.NoError(t, err)
	for range 300 {
		require.Equal(t, 200, dialAPI(t, at).status("/v1/status"))
	}
	_, err = kept[0].ask("/healthz")
	require.Error(t, err, "the first has given way")
	require.Contains(t, figuresOf(r), "\nstrata_http_connections_evicted_total 345\n")
}

// G8, H6: when every place is taken by somebody who is busy, health and figures are still told, and everything
// else is refused, counted and logged.
func TestHealthHasItsOwnRoom_H6(t *testing.T) {
	var log logged
	logTo = &log
	t.Cleanup(func() { logTo = nil })
	r, at := served(t, api.Config{MaxStreams: 300, Heartbeat: time.Hour})
	for range 256 {
		require.Equal(t, 200, dialAPI(t, at).status("/v1/events"))
	}
	for range 40 { // more than there are spare places
		require.Equal(t, 200, dialAPI(t, at).status("/healthz"))
		require.Equal(t, 200, dialAPI(t, at).status("/readyz"))
	}
	c := dialAPI(t, at)
	require.Equal(t, 200, c.status("/metrics"))
	require.Equal(t, 503, c.status("/v1/status"))
	require.Equal(t, 503, dialAPI(t, at).status("/v1/events"))
	require.Contains(t, figuresOf(r), `strata_http_refused_total{room="connections"} 2`)
	require.Equal(t, 1, strings.Count(log.text(), "api: refused for want of room"), "a flood is not a flood of lines")
	require.Contains(t, log.text(), "room=connections")
}

// A busy loop and full places are said in the figures, by which room it was.
func TestRefusalsAreCounted_G8(t *testing.T) {
	r := newRig(t, api.Config{AnswerIn: 20 * time.Millisecond, MaxRequests: 1, MaxStreams: 1})
	r.listen()
	r.answer(503, "GET", "/v1/events", "")
	busy, free := make(chan struct{}), make(chan struct{})
	go r.loop.Do(func() { close(busy); <-free })
	<-busy
	for range 5 {
		r.answer(503, "GET", "/v1/status", "")
	}
	close(free)
	r.do(func() {}) // the loop has got round to those before
	var text string
	require.Eventually(t, func() bool { // on a slow machine the figures may not come in time themselves
		text = figuresOf(r)
		return strings.Contains(text, `strata_http_refused_total{room="streams"} 1`)
	}, patience, time.Millisecond)
	require.Contains(t, text, `strata_http_refused_total{room="loop"} 3`)
}

func figuresOf(r *rig) string {
	r.t.Helper()
	text, err := io.ReadAll(r.request("GET", "/metrics", "").Body)
	require.NoError(r.t, err)
	return string(text)
}

// logged is a log that tests read.
type logged struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Write(p)
}

func (l *logged) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.String()
}

// logger is the log of a rig.
func logger() *slog.Logger {
	if logTo == nil {
		return slog.New(slog.DiscardHandler)
	}
	return slog.New(slog.NewTextHandler(logTo, nil))
}

var logTo *logged

// H13: what is changed by the API is logged, with who asked for it.
func TestChangesAreLogged_H13(t *testing.T) {
	var log logged
	logTo = &log
	t.Cleanup(func() { logTo = nil })
	r := newRig(t, api.Config{})
	r.answer(200, "POST", "/v1/mining", `{"on":false}`)
	r.answer(200, "PUT", "/v1/log-level", `{"level":"warn"}`)
	require.Regexp(t, `level=INFO msg="api: mining" on=false client=127\.0\.0\.1:\d+`, log.text())
	require.Regexp(t, `level=INFO msg="api: log level" level=warn client=127\.0\.0\.1:\d+`, log.text())
}

// A peer that is added twice is told so; the node itself, and what is no address, is refused.
func TestPeers_AddAndDrop(t *testing.T) {
	r := newRig(t, api.Config{})
	self := r.get("/v1/status")["self"].(string)
	add := func(status int, address string) map[string]any {
		return r.answer(status, "POST", "/v1/peers", `{"address":"`+address+`"}`)
	}
	add(202, "192.0.2.1:11120")
	require.Equal(t, "urn:strata:problem:is-added", add(409, "192.0.2.1:11120")["type"])
	require.Equal(t, "it is this node's own address", add(400, self)["detail"])
	for _, bad := range []string{"", "x", "host", "0.0.0.0:1", "[::]:1", "<script>:1"} {
		require.Equal(t, "address", add(400, bad)["parameter"], bad)
	}
	r.answer(400, "POST", "/v1/peers", `{}`)
	r.answer(204, "DELETE", "/v1/peers/192.0.2.1:11120", "")
	r.answer(204, "DELETE", "/v1/peers/192.0.2.1:11120", "")
	add(202, "192.0.2.1:11120")
	r.answer(400, "DELETE", "/v1/peers/nobody", "")
}
