package localpage_test

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"strata/harness/localpage"
)

// rig is a page that is served, and a browser of its user.
type rig struct {
	t      *testing.T
	server *localpage.Server
	at     string // the page's origin
	client *http.Client
	end    context.CancelFunc
	ended  chan error
}

func serve(t *testing.T) *rig {
	t.Helper()
	l, err := localpage.Listen(0)
	require.NoError(t, err)
	page := fstest.MapFS{"index.html": {Data: []byte("<!doctype html><title>a page</title>")}}
	r := &rig{t: t, server: localpage.New(l, page), at: "http://" + l.Addr().String(), ended: make(chan error, 1)}
	r.server.Handle("POST /do", func(w http.ResponseWriter, _ *http.Request) { localpage.Answer(w, "done") })
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	r.client = &http.Client{Jar: jar, Transport: &http.Transport{}}
	ctx, cancel := context.WithCancel(t.Context())
	r.end = cancel
	go func() { r.ended <- r.server.Serve(ctx) }()
	return r
}

// over ends the server, and sees that nothing is left of it.
func (r *rig) over() {
	r.end()
	require.NoError(r.t, <-r.ended)
	r.client.CloseIdleConnections()
	goleak.VerifyNone(r.t)
}

// enter opens the address with the token.
func (r *rig) enter() {
	status, text := r.ask("GET", strings.TrimPrefix(r.server.URL(), r.at))
	require.Equal(r.t, 200, status)
	require.Contains(r.t, text, "a page")
}

// ask makes a request with headers, as name and value.
func (r *rig) ask(method, path string, headers ...string) (int, string) {
	r.t.Helper()
	req, err := http.NewRequest(method, r.at+path, nil)
	require.NoError(r.t, err)
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
		if headers[i] == "Host" {
			req.Host = headers[i+1]
		}
	}
	a, err := r.client.Do(req)
	require.NoError(r.t, err)
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	require.NoError(r.t, err)
	return a.StatusCode, string(text)
}

// Without the token nothing is answered; with it the browser gets a cookie that no script reads and no other site
// sends along, and the token is no longer in the address.
func TestDoors_Token_I13(t *testing.T) {
	r := serve(t)
	defer r.over()
	for _, path := range []string{"/", "/events", "/kit/theme.css", "/?token=", "/?token=AAAA", "/index.html?token=x"} {
		status, _ := r.ask("GET", path)
		require.Equal(t, http.StatusForbidden, status, path)
	}
	r.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	a, err := r.client.Get(r.server.URL())
	require.NoError(t, err)
	a.Body.Close()
	require.Equal(t, http.StatusSeeOther, a.StatusCode)
	require.Equal(t, "/", a.Header.Get("Location"))
	given := a.Cookies()
	require.Len(t, given, 1)
	require.True(t, given[0].HttpOnly)
	require.Equal(t, http.SameSiteStrictMode, given[0].SameSite)
	status, text := r.ask("GET", "/kit/theme.css")
	require.Equal(t, 200, status)
	require.Contains(t, text, "--paper")
	at, _ := url.Parse(r.at)
	require.NotEmpty(t, r.client.Jar.Cookies(at))
}

// A name that was made to lead here gets nothing, whatever it has.
func TestDoors_Host_I13(t *testing.T) {
	r := serve(t)
	defer r.over()
	r.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	_, port, _ := strings.Cut(strings.TrimPrefix(r.at, "http://"), ":")
	for host, want := range map[string]int{
		"127.0.0.1:" + port: 303, "localhost:" + port: 303, "LOCALHOST:" + port: 303,
		"evil.example": 421, "evil.example:" + port: 421, "127.0.0.1": 421, "127.0.0.1:1": 421, "127.0.0.1.evil.example:" + port: 421,
		"10.0.0.1:" + port: 421,
	} {
		status, _ := r.ask("GET", strings.TrimPrefix(r.server.URL(), r.at), "Host", host, "Origin", "http://"+host)
		require.Equal(t, want, status, host)
	}
}

// A page of another origin is refused, and what changes something has to be JSON.
func TestDoors_Origin_I13(t *testing.T) {
	r := serve(t)
	defer r.over()
	r.enter()
	const kind, text = "Content-Type", "application/json"
	for _, one := range []struct {
		method, path string
		headers      []string
		want         int
	}{
		{"POST", "/do", []string{kind, text, "Origin", r.at, "Sec-Fetch-Site", "same-origin"}, 200},
		{"POST", "/do", []string{kind, text}, 200},
		{"POST", "/do", []string{kind, "text/plain"}, 403},
		{"POST", "/do", nil, 403},
		{"POST", "/do", []string{kind, text, "Origin", "http://evil.example"}, 403},
		{"POST", "/do", []string{kind, text, "Origin", "null"}, 403},
		{"POST", "/do", []string{kind, text, "Sec-Fetch-Site", "cross-site"}, 403},
		{"GET", "/events", []string{"Origin", "http://localhost:1"}, 403},
		{"GET", "/kit/theme.css", []string{"Sec-Fetch-Site", "same-site"}, 403},
		{"GET", "/kit/theme.css", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors"}, 403},
		{"GET", "/", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate"}, 200},
		{"DELETE", "/do", []string{kind, text}, 405},
	} {
		status, body := r.ask(one.method, one.path, one.headers...)
		require.Equal(t, one.want, status, "%v: %s", one, body)
	}
}

// The page may load from here alone, and nobody else may frame it.
func TestDoors_Policy_I13(t *testing.T) {
	r := serve(t)
	defer r.over()
	r.enter()
	a, err := r.client.Get(r.at + "/")
	require.NoError(t, err)
	a.Body.Close()
	policy := a.Header.Get("Content-Security-Policy")
	for _, part := range []string{"default-src 'none'", "script-src 'self'", "frame-ancestors 'self'", "form-action 'none'"} {
		require.Contains(t, policy, part)
	}
	require.NotContains(t, policy, "unsafe")
	require.NotContains(t, policy, "http")
	require.Equal(t, "no-referrer", a.Header.Get("Referrer-Policy"))
	require.Equal(t, "nosniff", a.Header.Get("X-Content-Type-Options"))
	require.Equal(t, "same-origin", a.Header.Get("Cross-Origin-Resource-Policy"))
}

// follow opens the events; lines has what is sent that is no comment and not empty.
func (r *rig) follow() (lines *bufio.Scanner, leave func()) {
	ctx, cancel := context.WithCancel(r.t.Context())
	req, err := http.NewRequestWithContext(ctx, "GET", r.at+"/events", nil)
	require.NoError(r.t, err)
	a, err := r.client.Do(req)
	require.NoError(r.t, err)
	require.Equal(r.t, 200, a.StatusCode)
	require.Equal(r.t, "text/event-stream", a.Header.Get("Content-Type"))
	return bufio.NewScanner(a.Body), func() {
		cancel()
		a.Body.Close()
	}
}

// next is the next line of data, and the event that it is of.
func next(t *testing.T, lines *bufio.Scanner) (event, data string) {
	for lines.Scan() {
		if name, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
			event = name
		}
		if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
			return event, data
		}
	}
	require.NoError(t, lines.Err())
	return "", ""
}

// A page gets the state that there is when it comes, and each later one. At the end it is told.
func TestEvents_FollowAndEnd_I13(t *testing.T) {
	r := serve(t)
	r.server.Tell(map[string]int{"n": 1})
	r.enter()
	lines, leave := r.follow()
	defer leave()
	event, data := next(t, lines)
	require.Equal(t, `state {"n":1}`, event+" "+data)
	require.Equal(t, 1, r.server.Pages())
	r.server.Tell(map[string]int{"n": 2})
	_, data = next(t, lines)
	require.Equal(t, `{"n":2}`, data)
	r.end()
	event, _ = next(t, lines)
	require.Equal(t, "end", event)
	leave()
	r.over()
}

// A page that does not read in time gets the last state, not all of them; and no text of a state ends an event.
func TestEvents_TheLastOfMany_I13(t *testing.T) {
	r := serve(t)
	defer r.over()
	r.enter()
	lines, leave := r.follow()
	defer leave()
	next(t, lines)
	for n := range 1000 {
		r.server.Tell(map[string]any{"n": n, "text": "two\nlines\n\nevent: end"})
	}
	seen := 0
	for data := ""; !strings.Contains(data, `"n":999`); seen++ {
		event, text := next(t, lines)
		require.Equal(t, "state", event)
		data = text
	}
	require.LessOrEqual(t, seen, 1000)
}

// Who leaves is noticed. Of more pages than there is room for, the last is refused in words.
func TestEvents_LeavingAndTooMany_I13(t *testing.T) {
	r := serve(t)
	defer r.over()
	left := make(chan struct{}, 32)
	r.server.Left(func() { left <- struct{}{} })
	r.enter()
	var all []func()
	for range 16 {
		_, leave := r.follow()
		all = append(all, leave)
	}
	status, text := r.ask("GET", "/events")
	require.Equal(t, http.StatusServiceUnavailable, status)
	require.Contains(t, text, "close one")
	for _, leave := range all {
		leave()
		<-left
	}
	require.Zero(t, r.server.Pages())
}

// A port that somebody has is said to be taken.
func TestListen_Taken_I13(t *testing.T) {
	l, err := localpage.Listen(0)
	require.NoError(t, err)
	defer l.Close()
	require.True(t, strings.HasPrefix(l.Addr().String(), "127.0.0.1:"), "loopback alone")
	r := serve(t)
	defer r.over()
	at, _ := url.Parse(r.at)
	_, port, _ := strings.Cut(at.Host, ":")
	_, err = localpage.Listen(number(t, port))
	require.ErrorIs(t, err, localpage.ErrTaken)
	require.ErrorContains(t, err, "port "+port+" is taken by another program")
}

func number(t *testing.T, text string) (n int) {
	for _, digit := range text {
		require.True(t, digit >= '0' && digit <= '9', text)
		n = 10*n + int(digit-'0')
	}
	return n
}
