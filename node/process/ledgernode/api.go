package ledgernode

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"strata/ledgers"
	"strata/network"
	"strata/node/process/localhttp"
)

// Bounds of the API.
const (
	maxKey      = 1 << 10          // bytes of a key in a question
	maxWait     = 30 * time.Second // for an operation to become final
	defaultWait = 5 * time.Second
)

// binary is the type of a body that is an operation. No page of another site can send it without being asked
// for leave first, which nobody gives.
const binary = "application/octet-stream"

// Serve answers questions about the node on a listener, until ctx ends:
//
//	GET  /                         a page
//	GET  /v1/status                Status
//	POST /v1/operations?wait=5s    the body is an operation; answers with Outcome
//	GET  /v1/operations/ID         Outcome
//	GET  /v1/value?key=HEX         Value, of elective 7
//	GET  /v1/accounts/KEY          Account, of elective 8
//	GET  /v1/headers?after=N&to=N  Headers, of elective 8: what leads a light client from one height to another
//	GET  /v1/proofs/KEY            Proof, of elective 8: what an account has, with its path to the state's root
//	POST /v1/faucet                the body is a Gift; answers with Outcome
//
// and, of elective 8, what an operator looks at: /metrics, /healthz, /v1/health, /v1/alerts, /v1/slo, /v1/round and
// /v1/history.
//
// An error is {"error": "..."} with a status of 400 or above. Errors: the listener's.
func (r *Running) Serve(ctx context.Context, l net.Listener) error {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", r.page)
	mux.HandleFunc("GET /v1/status", func(w http.ResponseWriter, _ *http.Request) {
		s, err := r.Status()
		localhttp.Answer(w, s, err)
	})
	mux.HandleFunc("POST /v1/operations", r.postOperation)
	mux.HandleFunc("GET /v1/operations/{id}", r.getOperation)
	for pattern, h := range r.ledger.Routes(r) {
		mux.HandleFunc(pattern, h)
	}
	return localhttp.Serve(ctx, l, localhttp.Local(localhttp.Routes(mux), localhttp.Forbid), 0)
}

func (r *Running) postOperation(w http.ResponseWriter, req *http.Request) {
	if req.Header.Get("Content-Type") != binary {
		localhttp.Answer(w, nil, localhttp.Refusal(http.StatusUnsupportedMediaType, errors.New("the body has to be an operation: Content-Type "+binary)))
		return
	}
	wait := defaultWait
	if text := req.URL.Query().Get("wait"); text != "" {
		var err error
		if wait, err = time.ParseDuration(text); err != nil || wait < 0 || wait > maxWait {
			localhttp.Answer(w, nil, localhttp.Refusal(http.StatusBadRequest, fmt.Errorf("wait is %q: want a time of 0s to %v", text, maxWait)))
			return
		}
	}
	op, err := io.ReadAll(http.MaxBytesReader(w, req.Body, ledgers.MaxOperation))
	if err != nil {
		localhttp.Answer(w, nil, localhttp.Refusal(http.StatusRequestEntityTooLarge, fmt.Errorf("an operation has at most %d bytes", ledgers.MaxOperation)))
		return
	}
	ctx, cancel := context.WithTimeout(req.Context(), wait)
	defer cancel()
	o, err := r.Submit(ctx, op)
	localhttp.Answer(w, o, submission(err))
}

// submission gives an error of Submit its status.
func submission(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ledgers.ErrFull):
		return localhttp.Refusal(http.StatusTooManyRequests, err)
	case errors.Is(err, ledgers.ErrMalformed), errors.Is(err, ledgers.ErrSignature), errors.Is(err, ledgers.ErrForeign):
		return localhttp.Refusal(http.StatusBadRequest, err)
	case errors.Is(err, ledgers.ErrStale):
		return localhttp.Refusal(http.StatusConflict, err)
	}
	return err
}

func (r *Running) getOperation(w http.ResponseWriter, req *http.Request) {
	var id ledgers.OpID
	if n, err := hex.Decode(id[:], []byte(cut(req.PathValue("id")))); err != nil || n != len(id) {
		localhttp.Answer(w, nil, localhttp.Refusal(http.StatusBadRequest, fmt.Errorf("an id has %d hex digits", 2*len(id))))
		return
	}
	o, err := r.Outcome(id)
	localhttp.Answer(w, o, err)
}

// cut leaves no more of an id than there is room for, so that a longer one is no id.
func cut(text string) string {
	if len(text) > 2*len(ledgers.OpID{}) {
		return ""
	}
	return text
}

// Known reports an answer of the API that is an error.
type Known struct{ Text string }

func (k Known) Error() string { return k.Text }

// Client asks the API of a node.
type Client struct {
	URL string // http://host:port
}

// Status is where the node stands. Errors: Known; that nobody answers.
func (c Client) Status(ctx context.Context) (s Status, err error) {
	return s, c.ask(ctx, http.MethodGet, "/v1/status", nil, &s)
}

// Value reads a key. Errors: Known; that nobody answers.
func (c Client) Value(ctx context.Context, key []byte) (v Value, err error) {
	return v, c.ask(ctx, http.MethodGet, "/v1/value?key="+hex.EncodeToString(key), nil, &v)
}

// Account reads an account of elective 8. Errors: Known; that nobody answers.
func (c Client) Account(ctx context.Context, key network.PublicKey) (a Account, err error) {
	return a, c.ask(ctx, http.MethodGet, "/v1/accounts/"+key.String(), nil, &a)
}

// Submit submits an operation and waits until it has ended, but no longer than wait. Errors: Known; that
// nobody answers.
func (c Client) Submit(ctx context.Context, op []byte, wait time.Duration) (o Outcome, err error) {
	return o, c.ask(ctx, http.MethodPost, "/v1/operations?wait="+wait.String(), op, &o)
}

// Give asks a faucet for a gift. Errors: Known; that nobody answers.
func (c Client) Give(ctx context.Context, g Gift) (o Outcome, err error) {
	body, err := json.Marshal(g)
	if err != nil {
		return o, err
	}
	return o, c.askAs(ctx, http.MethodPost, "/v1/faucet", "application/json", body, &o)
}

func (c Client) ask(ctx context.Context, method, path string, body []byte, into any) error {
	return c.askAs(ctx, method, path, binary, body, into)
}

func (c Client) askAs(ctx context.Context, method, path, kind string, body []byte, into any) error {
	req, err := http.NewRequestWithContext(ctx, method, c.URL+path, strings.NewReader(string(body)))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", kind)
	const maxAnswer = 1 << 20
	resp, text, err := localhttp.Ask(c.URL, req, maxAnswer)
	if err != nil {
		return err
	}
	var f localhttp.Failure
	if resp.StatusCode >= 400 {
		if json.Unmarshal(text, &f) != nil || f.Error == "" {
			f.Error = fmt.Sprintf("%s answers %s: it is no node of a ledger", c.URL, resp.Status)
		}
		return Known{f.Error}
	}
	if err := json.Unmarshal(text, into); err != nil {
		return Known{fmt.Sprintf("%s is no node of a ledger: %v", c.URL, err)}
	}
	return nil
}
