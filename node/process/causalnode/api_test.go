package causalnode

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/ledgers"
	"strata/ledgers/causal"
	"strata/network"
	"strata/node/process/keyfile"
	"strata/node/process/tcphost"
	"strata/solutions"
)

// served is a replica of one member with its API.
func served(t *testing.T) (r *Running, url string) {
	t.Helper()
	addrs, err := tcphost.LoopbackAddrs(1)
	require.NoError(t, err)
	key, err := keyfile.New()
	require.NoError(t, err)
	genesis := causal.Genesis{Document: "notes", Members: []ledgers.Member{{Key: network.PublicKey(keyfile.Public(key)), Addr: addrs[0]}}}
	r, err = Run(solutions.Electives().Causal(), Config{Genesis: genesis, Key: key, Addr: addrs[0], Dir: filepath.Join(t.TempDir(), "disk")})
	require.NoError(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- r.Serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-done)
		require.NoError(t, r.Stop())
	})
	return r, "http://" + l.Addr().String()
}

// asks sends a request, and returns the answer.
func asks(t *testing.T, method, url, kind, body string) (status int, text string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	require.NoError(t, err)
	req.Header.Set("Content-Type", kind)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, string(b)
}

// What is written over the API is read over the API: registers, maps and lists.
func TestAPI_WritesAndReads_S01_S02(t *testing.T) {
	_, url := served(t)
	change := func(operations string) string {
		status, text := asks(t, "POST", url+"/v1/updates", "application/json", `{"operations": [`+operations+`]}`)
		require.Equal(t, 200, status, text)
		var w Written
		require.NoError(t, json.Unmarshal([]byte(text), &w))
		return w.ID
	}
	read := func(path, want string) {
		t.Helper()
		status, text := asks(t, "GET", url+path, "", "")
		require.Equal(t, 200, status, text)
		require.JSONEq(t, want, text)
	}
	first := change(`{"action": "set", "register": "title", "text": "plan"}, {"action": "insert", "list": "todo", "text": "milk"}`)
	second := change(fmt.Sprintf(`{"action": "insert", "list": "todo", "after": "%s/1", "base64": "/w=="}`, first))
	read("/v1/document?register=title", `{"values": [{"text": "plan"}]}`)
	read("/v1/document?list=todo", fmt.Sprintf(`{"elements": [{"id": "%s/1", "text": "milk"}, {"id": "%s/0", "base64": "/w=="}]}`, first, second))
	third := change(fmt.Sprintf(`{"action": "delete", "list": "todo", "element": "%s/1"}, {"action": "set", "map": "ages", "entry": "ann", "text": "7"},
		{"action": "remove", "register": "title"}`, first))
	read("/v1/document?list=todo", fmt.Sprintf(`{"elements": [{"id": "%s/0", "base64": "/w=="}]}`, second))
	read("/v1/document?map=ages", `{"entries": ["ann"]}`)
	read("/v1/document?map=ages&entry=ann", `{"values": [{"text": "7"}]}`)
	read("/v1/document?register=title", `{}`)
	status, text := asks(t, "GET", url+"/v1/updates/"+third, "", "")
	require.Equal(t, 200, status)
	var u UpdateView
	require.NoError(t, json.Unmarshal([]byte(text), &u))
	require.Equal(t, UpdateView{ID: third, Author: u.Author, Prev: second, Predecessors: []string{second}, Operations: 3}, u)
	status, text = asks(t, "GET", url+"/v1/status", "", "")
	require.Equal(t, 200, status)
	var s Standing
	require.NoError(t, json.Unmarshal([]byte(text), &s))
	require.Equal(t, []string{third}, s.First)
	require.Equal(t, 3, s.Updates)
	require.Equal(t, u.Author, s.Key)
	status, text = asks(t, "GET", url+"/", "", "")
	require.Equal(t, 200, status)
	require.Contains(t, text, "updates: 3, heads: 1")
}

// What cannot be is refused with its reason, and nothing is written.
func TestAPI_RefusesWhatCannotBe(t *testing.T) {
	r, url := served(t)
	const js = "application/json"
	nobody := strings.Repeat("a", 64)
	for _, c := range []struct {
		status             int
		method, path, kind string
		body, want         string
	}{
		{415, "POST", "/v1/updates", "text/plain", "{}", "Content-Type application/json"},
		{413, "POST", "/v1/updates", js, strings.Repeat(" ", maxBody+1), "at most 65536 bytes"},
		{400, "POST", "/v1/updates", js, "{", "the body is no change such as"},
		{400, "POST", "/v1/updates", js, `{"operation": []}`, "unknown field"},
		{400, "POST", "/v1/updates", js, `{"operations": []}`, "1 to 64 operations, not 0"},
		{400, "POST", "/v1/updates", js, `{"operations": []} {}`, "something follows"},
		{400, "POST", "/v1/updates", js, `{"operations": [{"action": "put"}]}`, `operation 0: there is no action "put"`},
		{400, "POST", "/v1/updates", js, `{"operations": [{"action": "set", "register": "a", "list": "b"}]}`, errPlace.Error()},
		{400, "POST", "/v1/updates", js, `{"operations": [{"action": "set", "register": "a", "entry": "b"}]}`, errPlace.Error()},
		{400, "POST", "/v1/updates", js, `{"operations": [{"action": "set", "list": "a", "text": "x"}]}`, "has action 1 on a key of kind 3"},
		{400, "POST", "/v1/updates", js, `{"operations": [{"action": "set", "map": "a", "text": "x"}]}`, "names an entry of what is no map"},
		{400, "POST", "/v1/updates", js, `{"operations": [{"action": "set", "register": "a", "text": "x", "base64": "/w=="}]}`, "do not go together"},
		{400, "POST", "/v1/updates", js, `{"operations": [{"action": "delete", "list": "a", "after": "x"}]}`, "after goes with insert"},
		{400, "POST", "/v1/updates", js, `{"operations": [{"action": "insert", "list": "a", "after": "x"}]}`, `"x" is no element`},
		{400, "POST", "/v1/updates", js, `{"operations": [{"action": "insert", "list": "a", "after": "` + nobody + `/0"}]}`, "not among its ancestors"},
		{400, "POST", "/v1/updates", js, `{"operations": [{"action": "set", "register": "a", "text": "` + strings.Repeat("x", 4096) + `"}]}`, "want at most 4096"},
		{400, "POST", "/v1/updates", js, `{"operations": [{"action": "transfer", "amount": -1}]}`, `amount: want a whole number, 0 or more, below 2^64, not number -1`},
		{400, "POST", "/v1/updates", js, `{"operations": {}}`, `operations: want a list`},
		{400, "POST", "/v1/updates", js, `[]`, `the body: want an object, not array`},
		{400, "POST", "/v1/updates", js, `{"operations": [{"action": 1}]}`, `action: want a string, not number`},
		{400, "POST", "/v1/updates", js, `{"operations": [{"action": "transfer", "to": "` + nobody + `"}]}`, "transfer: a deed of an amount of 0, want 1 or more"},
		{400, "POST", "/v1/updates", js, `{"operations": [{"action": "transfer", "amount": 5}]}`, `transfer needs "to"`},
		{400, "POST", "/v1/updates", js, `{"operations": [{"action": "reveal", "to": "` + nobody + `", "amount": 5}]}`, `reveal needs "secret"`},
		{400, "POST", "/v1/deeds", js, `{"operations": [{"action": "lock", "to": "` + nobody + `", "amount": 5}]}`, "lock needs \"hash\"\nlock needs \"until\""},
		{400, "POST", "/v1/deeds", js, `{"operations": [{"action": "refund"}]}`, `refund needs "lock"`},
		{400, "POST", "/v1/deeds", js, `{"operations": [{"action": "redeem"}]}`, `redeem needs "secret"`},
		{400, "GET", "/v1/document", "", "", errPlace.Error()},
		{400, "GET", "/v1/updates/xy", "", "", "an id has 64 hex digits"},
		{404, "GET", "/v1/updates/" + nobody, "", "", "no such update"},
		{404, "GET", "/v1/nothing", "", "", "there is nothing at /v1/nothing"},
		{404, "POST", "//v1/status", js, "{}", "there is nothing at //v1/status"},
		{405, "PUT", "/v1/updates", js, "{}", "/v1/updates takes POST, not PUT"},
		{405, "DELETE", "/", "", "", "/ takes GET, HEAD, not DELETE"},
	} {
		status, text := asks(t, c.method, url+c.path, c.kind, c.body)
		require.Equal(t, c.status, status, "%s %s %.80s: %s", c.method, c.path, c.body, text)
		var f struct{ Error string }
		require.NoError(t, json.Unmarshal([]byte(text), &f), text)
		require.Contains(t, f.Error, c.want, c.body)
	}
	s, err := r.Status()
	require.NoError(t, err)
	require.Zero(t, s.Updates)
}
