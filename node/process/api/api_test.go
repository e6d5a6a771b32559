package api_test

import (
	"compress/gzip"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/chain"
	"strata/mempool"
	"strata/node/process/api"
	"strata/node/process/keyfile"
)

func TestBlocks_InDescendingOrderWithPages(t *testing.T) {
	r := newRig(t, api.Config{})
	for range 5 {
		r.extend()
	}
	var numbers []float64
	path := "/v1/blocks?limit=2"
	for path != "" {
		page := r.get(path)
		for _, b := range page["blocks"].([]any) {
			numbers = append(numbers, b.(map[string]any)["number"].(float64))
		}
		path = ""
		if next, ok := page["next"].(float64); ok {
			path = "/v1/blocks?limit=2&from=" + string(rune('0'+int(next)))
		}
	}
	require.Equal(t, []float64{5, 4, 3, 2, 1, 0}, numbers)
	require.Len(t, r.get("/v1/blocks?from=18446744073709551615&limit=100")["blocks"], 6)
}

func TestBlock_ByNumberAndHashOnChainAndNot(t *testing.T) {
	r := newRig(t, api.Config{})
	first := r.extend()
	second := r.extend(mempool.Sign(alice, keyfile.Public(bob), 0, 9_000))
	side := r.mine(first)
	b := r.get("/v1/blocks/2")
	require.Equal(t, second.Hash().String(), b["hash"])
	require.Equal(t, true, b["on_chain"])
	require.Equal(t, "9000", b["transactions"].([]any)[0].(map[string]any)["amount"])
	require.Equal(t, b, r.get("/v1/blocks/"+second.Hash().String()))
	require.Equal(t, false, r.get("/v1/blocks/" + side.Hash().String())["on_chain"])
	require.Equal(t, "block", r.answer(400, "GET", "/v1/blocks/007", "")["parameter"], "one number has one name")
	r.answer(404, "GET", "/v1/blocks/"+strings.Repeat("0", 64), "")

	forks := r.get("/v1/forks")
	require.Equal(t, second.Hash().String(), forks["tip"])
	onChain := map[any]any{}
	for _, f := range forks["blocks"].([]any) {
		onChain[f.(map[string]any)["hash"]] = f.(map[string]any)["on_chain"]
	}
	require.Equal(t, map[any]any{
		chain.Genesis().Hash().String(): true, first.Hash().String(): true,
		second.Hash().String(): true, side.Hash().String(): false,
	}, onChain)
}

// A transaction waits, is mined, is undone with its block, and waits again; the account says so.
func TestTransaction_ThroughItsLife(t *testing.T) {
	r := newRig(t, api.Config{})
	first := r.extend()
	tx := mempool.Sign(alice, keyfile.Public(bob), 0, 7)
	account := func() (balance, nonce, next any, pooled any) {
		a := r.get("/v1/accounts/" + keyfile.Public(alice).String())
		return a["balance"], a["nonce"], a["next_nonce"], a["pooled"]
	}
	r.answer(404, "GET", "/v1/transactions/"+tx.ID().String(), "")
	got := r.answer(202, "POST", "/v1/transactions", `{"text":"`+string(tx.Text())+`"}`)
	require.Equal(t, tx.ID().String(), got["id"])
	waiting := r.get("/v1/transactions/" + tx.ID().String())
	require.Nil(t, waiting["block"])
	_, nonce, next, pooled := account()
	require.Equal(t, []any{"0", "1", 1.0}, []any{nonce, next, pooled})

	second := r.extend(tx)
	mined := r.get("/v1/transactions/" + tx.ID().String())
	require.Equal(t, map[string]any{"number": 2.0, "hash": second.Hash().String(), "index": 0.0}, mined["block"])
	require.Equal(t, 1.0, mined["confirmations"])
	balance, nonce, next, pooled := account()
	require.Equal(t, []any{"19993", "1", "1", 0.0}, []any{balance, nonce, next, pooled})
	history := r.get("/v1/accounts/" + keyfile.Public(bob).String() + "/transactions")["transactions"].([]any)
	require.Equal(t, []any{mined}, history)

	other := r.mine(first)
	r.mine(other) // higher: the block with the transaction is undone
	require.Nil(t, r.get("/v1/transactions/" + tx.ID().String())["block"])
	require.Empty(t, r.get("/v1/accounts/" + keyfile.Public(bob).String() + "/transactions")["transactions"])
	_, nonce, next, pooled = account()
	require.Equal(t, []any{"0", "1", 1.0}, []any{nonce, next, pooled})
}

func TestHistory_Pages(t *testing.T) {
	r := newRig(t, api.Config{})
	r.extend()
	for n := range uint64(5) {
		r.extend(mempool.Sign(alice, keyfile.Public(bob), n, 1+n))
	}
	var amounts []string
	path := "/v1/accounts/" + keyfile.Public(bob).String() + "/transactions?limit=2"
	for before := ""; ; {
		page := r.get(path + before)
		for _, entry := range page["transactions"].([]any) {
			amounts = append(amounts, entry.(map[string]any)["transaction"].(map[string]any)["amount"].(string))
		}
		next, ok := page["next"].(string)
		if !ok {
			break
		}
		before = "&before=" + next
	}
	require.Equal(t, []string{"5", "4", "3", "2", "1"}, amounts)
}

func TestSubmit_SaysWhyNot(t *testing.T) {
	r := newRig(t, api.Config{})
	r.extend()
	tx := mempool.Sign(alice, keyfile.Public(bob), 0, 7)
	forged, other := tx, mempool.Sign(alice, keyfile.Public(bob), 0, 8)
	forged.Amount++
	post := func(status int, body string, headers ...string) any {
		t.Helper()
		return r.answer(status, "POST", "/v1/transactions", body, headers...)["type"]
	}
	text := func(tx mempool.Transaction) string { return `{"text":"` + string(tx.Text()) + `"}` }
	require.Equal(t, "urn:strata:problem:bad-signature", post(422, text(forged)))
	post(202, text(tx))
	post(202, text(tx)) // sent twice is as good as once
	require.Equal(t, "urn:strata:problem:conflict", post(409, text(other)))
	require.Equal(t, "urn:strata:problem:bad-body", post(400, text(tx)+"x"))
	require.Equal(t, "urn:strata:problem:bad-body", post(400, `{"text":"a","more":1}`))
	require.Equal(t, "urn:strata:problem:bad-body", post(400, ``))
	require.Equal(t, "urn:strata:problem:bad-parameter", post(400, `{}`))
	require.Equal(t, "urn:strata:problem:large-body", post(413, `{"text":"`+strings.Repeat("a", 9000)+`"}`))
	require.Equal(t, "urn:strata:problem:bad-content-type", post(415, text(tx), "Content-Type", "text/plain"))
	require.Equal(t, "urn:strata:problem:token", post(401, text(tx), "Authorization", "Basic "+token))
	require.Equal(t, "urn:strata:problem:wrong-token", post(401, text(tx), "Authorization", "Bearer "+token[:63]))
	a := r.request("POST", "/v1/transactions", "", "Authorization", "")
	require.Equal(t, `Bearer realm="strata"`, a.Header.Get("WWW-Authenticate"))
}

// What is wrong with a request is said in its own words, with what to do.
func TestProblems_SayWhatToDo(t *testing.T) {
	r := newRig(t, api.Config{})
	for _, c := range []struct {
		status                             int
		method, path, body, detail, remedy string
	}{
		{400, "GET", "/v1/status?x=1", "", `there is no parameter "x"`, "this request has no parameters; see /v1/openapi.json"},
		{400, "GET", "/v1/blocks?x=1", "", `there is no parameter "x"`, "this request has the parameters from, limit; see /v1/openapi.json"},
		{404, "GET", "/nowhere", "", "there is no /nowhere", "see /v1/openapi.json for what there is"},
		{404, "GET", "/v1/nowhere", "", "there is no /v1/nowhere", "see /v1/openapi.json for what there is"},
		{404, "GET", "/v1/blocks/9", "", "block 9 is not known here", "look whether the node has caught up: /v1/status"},
		{404, "DELETE", "/v1/bans/192.0.2.1", "", "192.0.2.1 is not banned", "see /v1/peers for the bans"},
		{400, "POST", "/v1/mining", ``, "the body is empty", "see /v1/openapi.json"},
		{400, "POST", "/v1/mining", `{"on":`, "the body ends in the middle of its JSON", "see /v1/openapi.json"},
		{400, "POST", "/v1/mining", `{"on":1}`, "on is of the type number, and is to be a boolean", "see /v1/openapi.json"},
		{400, "POST", "/v1/transactions", `{"text":[]}`, "text is of the type array, and is to be a string", "see /v1/openapi.json"},
		{400, "POST", "/v1/mining", `[true]`, "the body is of the type array, and is to be an object", "see /v1/openapi.json"},
		{400, "POST", "/v1/mining", `{"off":true}`, `the body is not the JSON that is wanted: unknown field "off"`, "see /v1/openapi.json"},
		{400, "POST", "/v1/mining", `{} {}`, "the body is not the JSON that is wanted: there is more behind the object", "see /v1/openapi.json"},
	} {
		p := r.answer(c.status, c.method, c.path, c.body)
		require.Equal(t, []any{c.detail, c.remedy}, []any{p["detail"], p["remedy"]}, "%s %s %s", c.method, c.path, c.body)
	}
}

// late is a body whose sender takes too long.
type late struct{}

func (late) Read([]byte) (int, error) {
	return 0, &net.OpError{Op: "read", Net: "tcp", Addr: &net.TCPAddr{Port: 11180}, Err: os.ErrDeadlineExceeded}
}

func TestSlowBody(t *testing.T) {
	r := newRig(t, api.Config{})
	q := httptest.NewRequest("POST", "http://localhost/v1/mining", late{})
	q.Header.Set("Authorization", "Bearer "+token)
	q.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	r.server.Handler().ServeHTTP(w, q)
	require.Equal(t, http.StatusRequestTimeout, w.Code)
	require.Contains(t, w.Body.String(), "the body did not come in time")
	require.NotContains(t, w.Body.String(), "11180", "nothing of the node's inside")
}

func TestControl(t *testing.T) {
	r := newRig(t, api.Config{})
	r.answer(200, "PUT", "/v1/log-level", `{"level":"debug"}`)
	require.Equal(t, slog.LevelDebug, r.level.Level())
	r.answer(200, "POST", "/v1/mining", `{"on":true}`)
	require.Equal(t, true, r.get("/v1/status")["mining"])
	r.answer(200, "POST", "/v1/mining", `{"on":false}`)
	require.Equal(t, false, r.get("/v1/status")["mining"])
}

// What a page of somebody else's in the owner's browser can send does nothing.
func TestDoors(t *testing.T) {
	r := newRig(t, api.Config{Names: []string{"node.example"}})
	for host, status := range map[string]int{
		"127.0.0.1": 200, "127.0.0.1:11180": 200, "[::1]:11180": 200, "localhost:11180": 200, "LOCALHOST": 200, "10.1.2.3:1": 200,
		"node.example:1": 200, "evil.example": 421, "evil.example:11180": 421, "127.0.0.1.evil.example": 421, "localhost.evil.example": 421, "x": 421,
	} {
		require.Equal(t, status, r.request("GET", "/v1/status", "", "Host", host).StatusCode, host)
	}
	for _, headers := range [][]string{
		{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "http://evil.example"},
	} {
		r.answer(403, "POST", "/v1/mining", `{"on":false}`, headers...)
	}
	r.answer(200, "POST", "/v1/mining", `{"on":false}`, "Sec-Fetch-Site", "same-origin")
	a := r.request("GET", "/", "")
	require.Contains(t, a.Header.Get("Content-Security-Policy"), "default-src 'self'")
	require.Equal(t, "nosniff", a.Header.Get("X-Content-Type-Options"))
	require.Empty(t, a.Header.Get("Access-Control-Allow-Origin"))
}

func TestNoSuchRoute(t *testing.T) {
	r := newRig(t, api.Config{})
	r.answer(404, "GET", "/v1/nothing", "")
	r.answer(404, "GET", "/views/../../etc/passwd", "")
	r.answer(404, "GET", "/v1/blocks/1/2", "")
	a := r.request("DELETE", "/v1/status", "")
	require.Equal(t, http.StatusMethodNotAllowed, a.StatusCode)
	require.Equal(t, "GET, HEAD", a.Header.Get("Allow"))
	require.Equal(t, "application/problem+json", a.Header.Get("Content-Type"))
}

// A loop that does not get round to questions costs those who ask an answer, and nothing else.
func TestLoopThatIsBusy(t *testing.T) {
	r := newRig(t, api.Config{AnswerIn: 20 * time.Millisecond, MaxRequests: 2})
	busy, free := make(chan struct{}), make(chan struct{})
	go r.loop.Do(func() { close(busy); <-free })
	<-busy
	for range 10 { // the first ones wait in vain, the others are not let in
		a := r.request("GET", "/v1/status", "")
		require.Equal(t, http.StatusServiceUnavailable, a.StatusCode)
		require.Equal(t, "2", a.Header.Get("Retry-After"))
	}
	r.answer(503, "GET", "/healthz", "")
	r.get("/v1/blocks") // from the store, without the loop
	close(free)
	require.Eventually(t, func() bool { return r.request("GET", "/healthz", "").StatusCode == 200 }, patience, time.Millisecond)
}

func TestLoopThatHasEnded(t *testing.T) {
	r := newRig(t, api.Config{})
	r.loop.Do(r.node.Stop)
	r.loop.Close()
	require.Equal(t, "urn:strata:problem:stopping", r.answer(503, "GET", "/v1/status", "")["type"])
}

// G17, H8: a node that has no peers is not ready, unless it is to be alone.
func TestReady_WantsPeers_G17(t *testing.T) {
	needsPeers = true
	t.Cleanup(func() { needsPeers = false })
	r := newRig(t, api.Config{})
	require.Equal(t, "urn:strata:problem:no-peers", r.answer(503, "GET", "/readyz", "")["type"])
	r.get("/healthz")
}

// H14: a path says which methods it takes, and no others.
func TestMethods_H14(t *testing.T) {
	r := newRig(t, api.Config{})
	for path, allow := range map[string]string{
		"/v1/mining": "POST", "/v1/log-level": "PUT", "/v1/bans/1.2.3.4": "DELETE", "/v1/status": "GET, HEAD", "/": "GET, HEAD", "/views/a.js": "GET, HEAD",
	} {
		for _, method := range []string{"GET", "POST", "PUT", "DELETE"} {
			if strings.Contains(allow, method) {
				continue
			}
			a := r.request(method, path, "")
			require.Equal(t, http.StatusMethodNotAllowed, a.StatusCode, "%s %s", method, path)
			require.Equal(t, allow, a.Header.Get("Allow"), "%s %s", method, path)
		}
	}
	r.answer(404, "POST", "/v1/nothing", "")
	r.answer(404, "GET", "/v1/nothing", "")
}

// H14: a browser that has a file of the page is told so, and one that has not gets it compressed.
func TestFiles_TagsAndCompression_H14(t *testing.T) {
	r := newRig(t, api.Config{})
	a := r.request("GET", "/", "", "Accept-Encoding", "identity")
	require.Empty(t, a.Header.Get("Content-Encoding"))
	require.Equal(t, "text/html; charset=utf-8", a.Header.Get("Content-Type"))
	tag := a.Header.Get("ETag")
	require.NotEmpty(t, tag)
	require.Equal(t, http.StatusNotModified, r.request("GET", "/", "", "If-None-Match", tag, "Accept-Encoding", "identity").StatusCode)
	require.Equal(t, http.StatusOK, r.request("GET", "/", "", "If-None-Match", `"other"`).StatusCode)
	plain, err := io.ReadAll(a.Body)
	require.NoError(t, err)
	for accept, packed := range map[string]bool{"gzip": true, "br, gzip;q=0.5": true, "gzip;q=0": false, "gzip;q=0.000": false, "br": false} {
		a := r.request("GET", "/long.js", "", "Accept-Encoding", accept)
		require.Equal(t, packed, a.Header.Get("Content-Encoding") == "gzip", accept)
		body := io.Reader(a.Body)
		if packed {
			body, err = gzip.NewReader(a.Body)
			require.NoError(t, err)
		}
		text, err := io.ReadAll(body)
		require.NoError(t, err)
		require.Equal(t, strings.Repeat("long ", 1000), string(text))
	}
	require.Equal(t, "<p>page", string(plain))

	for _, accept := range []string{"gzip", "identity"} { // what the page has compressed alone
		a := r.request("GET", "/packed.js", "", "Accept-Encoding", accept)
		require.Equal(t, http.StatusOK, a.StatusCode)
		text, err := io.ReadAll(a.Body)
		require.NoError(t, err)
		if accept == "gzip" {
			require.Equal(t, packedFile, text)
		} else {
			require.Equal(t, strings.Repeat("packed ", 1000), string(text))
		}
	}
	r.answer(404, "GET", "/packed.js.gz", "")
}
