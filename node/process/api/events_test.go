package api_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/mempool"
	"strata/node/process/api"
	"strata/node/process/keyfile"
)

// listener reads server-sent events.
type listener struct {
	t     *testing.T
	lines *bufio.Scanner
	stop  func()
}

type heard struct {
	id, kind string
	data     map[string]any
}

func (r *rig) listen(headers ...string) *listener {
	r.t.Helper()
	a := r.request("GET", "/v1/events", "", headers...)
	require.Equal(r.t, http.StatusOK, a.StatusCode)
	require.Equal(r.t, "text/event-stream", a.Header.Get("Content-Type"))
	l := &listener{r.t, bufio.NewScanner(a.Body), func() { a.Body.Close() }}
	l.lines.Buffer(nil, 1<<20)
	return l
}

// next is the next event; ok is false at the end of the stream.
func (l *listener) next() (h heard, ok bool) {
	l.t.Helper()
	for l.lines.Scan() {
		name, value, _ := strings.Cut(l.lines.Text(), ": ")
		switch name {
		case "id":
			h.id = value
		case "event":
			h.kind = value
		case "data":
			require.NoError(l.t, json.Unmarshal([]byte(value), &h.data))
		case "":
			if h.kind != "" {
				return h, true
			}
		}
	}
	return h, false
}

// until is the next event of a kind.
func (l *listener) until(kind string) heard {
	l.t.Helper()
	for {
		h, ok := l.next()
		require.True(l.t, ok, "the stream ended before "+kind)
		if h.kind == kind {
			return h
		}
	}
}

func TestEvents_BlocksTransactionsAndStatus(t *testing.T) {
	r := newRig(t, api.Config{StatusEvery: 10 * time.Millisecond})
	d := r.description()
	l := r.listen()
	first := r.extend()
	tx := mempool.Sign(alice, keyfile.Public(bob), 0, 7)
	r.do(func() { require.NoError(t, r.node.Submit(tx)) })
	require.Equal(t, true, l.until("transaction").data["pooled"])
	second := r.extend(tx)
	block := l.until("block").data
	require.Equal(t, second.Hash().String(), block["hash"])
	mined := l.until("transaction").data
	require.Equal(t, false, mined["pooled"])
	require.Equal(t, tx.ID().String(), mined["id"])
	r.mine(r.mine(first)) // a reorganisation
	again := l.until("block").data
	require.Equal(t, []any{second.Hash().String()}, again["undone"])
	status := l.until("status").data
	for name, data := range map[string]map[string]any{"BlockEvent": block, "TransactionEvent": mined, "Status": status} {
		schema, err := d.compiler.Compile("http://node/openapi.json#/components/schemas/" + name)
		require.NoError(t, err)
		require.NoError(t, schema.Validate(data), name)
	}
}

// A client that comes back gets what it missed, or is told that it missed too much.
func TestEvents_Resume(t *testing.T) {
	r := newRig(t, api.Config{MaxRecent: 4, StatusEvery: time.Hour})
	l := r.listen()
	r.extend()
	seen := l.until("block")
	l.stop()
	r.extend()
	r.extend()
	l = r.listen("Last-Event-ID", seen.id)
	require.Equal(t, 2.0, l.until("block").data["number"])
	require.Equal(t, 3.0, l.until("block").data["number"])
	l.stop()
	for range 4 {
		r.extend()
	}
	l = r.listen("Last-Event-ID", seen.id)
	reset, ok := l.next()
	require.True(t, ok)
	require.Equal(t, "reset", reset.kind)
	last, err := strconv.Atoi(reset.id)
	require.NoError(t, err)
	first, err := strconv.Atoi(seen.id)
	require.NoError(t, err)
	require.Equal(t, first+6, last, "from there on it misses nothing")
	l.stop()
	for _, id := range []string{"5", strconv.Itoa(last - 1000), strconv.Itoa(last + 1000)} { // of an earlier life of the node
		l = r.listen("Last-Event-ID", id)
		earlier, _ := l.next()
		require.Equal(t, "reset", earlier.kind, id)
		l.stop()
	}
	r.answer(400, "GET", "/v1/events", "", "Last-Event-ID", "x")
}

// A client that does not read is cut off, and the node does not wait for it.
func TestEvents_SlowClientIsReset(t *testing.T) {
	r := newRig(t, api.Config{MaxQueued: 2, StatusEvery: time.Hour})
	l := r.listen()
	for r.server.Streams() > 0 { // until what it does not read fills the socket and its queue
		for range 500 {
			r.do(func() { r.server.Publish("block", strings.Repeat("x", 10_000)) })
		}
	}
	var kinds []string
	for l.lines.Scan() {
		if kind, ok := strings.CutPrefix(l.lines.Text(), "event: "); ok {
			kinds = append(kinds, kind)
		}
	}
	require.Equal(t, "reset", kinds[len(kinds)-1])
}

func TestEvents_NoMoreThanSoManyClients(t *testing.T) {
	r := newRig(t, api.Config{MaxStreams: 2})
	a, b := r.listen(), r.listen()
	require.Equal(t, "urn:strata:problem:too-many-streams", r.answer(503, "GET", "/v1/events", "")["type"])
	a.stop()
	require.Eventually(t, func() bool { return r.server.Streams() == 1 }, patience, time.Millisecond)
	r.listen().stop()
	b.stop()
}

func TestEvents_SignsOfLifeAndTheEnd(t *testing.T) {
	r := newRig(t, api.Config{Heartbeat: time.Millisecond, StatusEvery: time.Hour})
	l := r.listen()
	for l.lines.Scan() {
		if l.lines.Text() == ": still here" {
			break
		}
	}
	r.server.Close() // ends streams at once
	_, ok := l.next()
	require.False(t, ok)
}
