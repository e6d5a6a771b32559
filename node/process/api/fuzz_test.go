package api_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/mempool"
	"strata/node/process/api"
	"strata/node/process/keyfile"
)

// seedRequests are requests that the API knows, as bytes.
func seedRequests(r *rig) []string {
	key, hash := keyfile.Public(alice).String(), r.tip.Hash().String()
	tx := string(mempool.Sign(alice, keyfile.Public(bob), 0, 7).Text())
	var list []string
	for _, path := range []string{
		"/", "/views/a.js", "/healthz", "/readyz", "/metrics", "/v1/openapi.json", "/v1/status", "/v1/peers", "/v1/topology",
		"/v1/blocks?from=1&limit=20", "/v1/blocks/1", "/v1/blocks/" + hash, "/v1/forks?depth=50", "/v1/transactions/" + hash,
		"/v1/accounts/" + key, "/v1/accounts/" + key + "/transactions?before=3&limit=50", "/v1/mempool?limit=100", "/v1/events",
	} {
		list = append(list, "GET "+path+" HTTP/1.1\r\nHost: 127.0.0.1:11180\r\nLast-Event-ID: 3\r\nAccept: */*\r\n\r\n")
	}
	for route, body := range map[string]string{
		"POST /v1/transactions": `{"text":"` + tx + `"}`, "POST /v1/mining": `{"on":false}`,
		"PUT /v1/log-level": `{"level":"info"}`, "DELETE /v1/bans/203.0.113.7": "",
	} {
		list = append(list, fmt.Sprintf("%s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nOrigin: http://localhost\r\nContent-Length: %d\r\n\r\n%s",
			route, token, len(body), body))
	}
	return list
}

// pieces are what a request may be spoilt with.
var pieces = []string{
	"0", "-1", "1e9", "18446744073709551616", "9223372036854775808", "%", "%00", "%2f..%2f", "?", "&limit=1&limit=2", "&from=", "=", "/", "//",
	"\x00", "\xff\xfe", "\r\n", "\n", " ", "{", "}", "[[[[", "\"", "null", "true", "1.5", "\\u0000", "Content-Length: 99999999999\r\n",
	"Transfer-Encoding: chunked\r\n", "Host: evil.example\r\n", "Sec-Fetch-Site: cross-site\r\n", "Expect: 100-continue\r\n", "Range: bytes=0-0,1-1\r\n",
	"If-Modified-Since: x\r\n", "Upgrade: websocket\r\n", strings.Repeat("a", 300), strings.Repeat("[", 5000), strings.Repeat("9", 64),
}

// spoil changes a request in a few places.
func spoil(rng *rand.Rand, request string) string {
	b := []byte(request)
	for range 1 + rng.IntN(4) {
		at := rng.IntN(len(b) + 1)
		switch rng.IntN(4) {
		case 0:
			if at < len(b) {
				b[at] = byte(rng.Uint32())
			}
		case 1:
			end := min(len(b), at+rng.IntN(20))
			b = append(b[:at:at], b[end:]...)
		default:
			b = append(b[:at:at], append([]byte(pieces[rng.IntN(len(pieces))]), b[at:]...)...)
		}
	}
	return string(b)
}

// try hands the server what net/http makes of the bytes; false if it makes nothing.
func (r *rig) try(raw string) (status int, ok bool) {
	q, err := http.ReadRequest(bufio.NewReader(strings.NewReader(raw)))
	if err != nil {
		return 0, false
	}
	ctx, cancel := context.WithCancel(r.t.Context())
	defer cancel()
	if strings.HasPrefix(q.URL.Path, "/v1/events") {
		cancel() // what was missed, and then the client is gone
	}
	answer := httptest.NewRecorder()
	r.server.Handler().ServeHTTP(answer, q.WithContext(ctx))
	return answer.Code, true
}

// 10,000 spoilt requests leave the node serving, without a fault of its own and with the memory
// that it had.
func TestFuzzedRequests_LeaveTheNodeServing(t *testing.T) {
	r := newRig(t, api.Config{})
	r.extend()
	r.extend(mempool.Sign(alice, keyfile.Public(bob), 0, 7))
	seeds := seedRequests(r)
	for _, s := range seeds {
		status, ok := r.try(s)
		require.True(t, ok)
		require.Less(t, status, 500, s)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	before := heap()
	answered := 0
	for answered < 10_000 {
		raw := spoil(rng, seeds[rng.IntN(len(seeds))])
		status, ok := r.try(raw)
		if !ok {
			continue
		}
		answered++
		require.True(t, status < 500, "%d for %q", status, raw)
	}
	require.Less(t, heap(), before+8<<20, "bytes in use")
	require.Zero(t, r.server.Streams())
	r.get("/readyz")
	r.extend()
	require.Equal(t, 3.0, r.get("/v1/status")["height"])
}

// heap is the memory in use after a collection.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// What is no HTTP at all is refused by the real server on a real connection.
func TestFuzzedBytes_OnAConnection(t *testing.T) {
	r := newRig(t, api.Config{})
	rng := rand.New(rand.NewPCG(3, 4))
	seeds := seedRequests(r)
	for range 300 {
		r.dial(spoil(rng, seeds[rng.IntN(len(seeds)-5)]))
	}
	r.get("/healthz")
}

func FuzzParameters(f *testing.F) {
	f.Add("from=1&limit=20", "7", strings.Repeat("a", 64), []byte(`{"on":true}`))
	f.Add("a=%zz&a=1", "007", strings.Repeat("A", 64), []byte(`{"on":true}{`))
	f.Fuzz(func(t *testing.T, query, number, hash string, body []byte) {
		q := httptest.NewRequest("POST", "/", bytes.NewReader(body))
		q.URL.RawQuery = query
		q.Header.Set("Content-Type", "application/json")
		if values, err := api.ParseQuery(q, "from", "limit"); err == nil {
			require.LessOrEqual(t, len(values), 2)
		}
		if n, ok := api.Decimal(number); ok {
			require.Equal(t, number, fmt.Sprint(n), "one number has one text")
		}
		var into [32]byte
		if api.Unhex(hash, into[:]) {
			require.Equal(t, hash, fmt.Sprintf("%x", into))
		}
		var value struct {
			On *bool `json:"on"`
		}
		_ = api.ReadBody(q, &value) // does not panic, and reads no more than there is
	})
}
