package latticenode

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"strata/node/process/localhttp"
)

// API answers questions about a node, and lets the owner of its token use its wallet:
//
//	GET  /         pages: all of the ledger, and /account?address=smn_...
//	POST /         {"action": "account_info", "account": "smn_..."}
//	GET  /checkpoint  a checkpoint, in bytes; POST: one to sign (LAT-11)
//
// The actions are in actions.go. Numbers are strings. An error is {"error": Name, "why": sentence} with a status of 400
// or above.
type API struct {
	Node     *Running
	Purse    *Purse
	Payments *Payments
	Faucet   *Faucet // nil: there is none
	Token    string  // of the actions with the wallet; empty: nobody may use them
}

// Bounds of the API.
const (
	maxBody     = 16 << 10
	defaultWait = 10 * time.Second // for a block to be cemented, work included
	maxWait     = 5 * time.Minute
)

// jsonType is the type of a question. No page of another site can send it without being asked for leave first, which
// nobody gives.
const jsonType = "application/json"

// Serve answers on a listener until ctx ends. Errors: the listener's.
func (a *API) Serve(ctx context.Context, l net.Listener) error {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", a.page)
	mux.HandleFunc("GET /account", a.account)
	mux.HandleFunc("POST /{$}", a.act)
	mux.HandleFunc("GET /checkpoint", a.makeCheckpoint)
	mux.HandleFunc("POST /checkpoint", a.signCheckpoint)
	refuse := func(w http.ResponseWriter, err error) { fail(w, problem{http.StatusForbidden, "ForeignHost", err}) }
	return localhttp.Serve(ctx, l, localhttp.Local(mux, refuse), time.Minute)
}

// problem is an error with its status and its name.
type problem struct {
	status int
	name   string
	error
}

func (p problem) Unwrap() error { return p.error }

// failure is what an error looks like outside.
type failure struct {
	Error string `json:"error"`
	Why   string `json:"why"`
}

func fail(w http.ResponseWriter, err error) {
	p := named(err)
	w.Header().Set("Content-Type", jsonType)
	w.WriteHeader(p.status)
	_ = json.NewEncoder(w).Encode(failure{p.name, p.Error()}) // the asker may have gone
}

// act reads a question and answers it.
func (a *API) act(w http.ResponseWriter, req *http.Request) {
	value, err := a.answer(w, req)
	if err != nil {
		fail(w, err)
		return
	}
	w.Header().Set("Content-Type", jsonType)
	_ = json.NewEncoder(w).Encode(value) // the asker may have gone
}

func (a *API) answer(w http.ResponseWriter, req *http.Request) (any, error) {
	if kind, _, _ := strings.Cut(req.Header.Get("Content-Type"), ";"); strings.TrimSpace(kind) != jsonType {
		return nil, problem{http.StatusUnsupportedMediaType, "ContentType", errors.New("the body has to be JSON: Content-Type " + jsonType)}
	}
	text, err := io.ReadAll(http.MaxBytesReader(w, req.Body, maxBody))
	if err != nil {
		return nil, problem{http.StatusRequestEntityTooLarge, "TooBig", fmt.Errorf("a question has at most %d bytes", maxBody)}
	}
	q, err := parseQuestion(text)
	if err != nil {
		return nil, err
	}
	if actions[q.Action].owner && !a.isOwner(req) {
		return nil, problem{http.StatusUnauthorized, "Unauthorized",
			fmt.Errorf("%s uses the node's wallet: it wants the header `Authorization: Bearer TOKEN`, with the text of %s", q.Action, FileToken)}
	}
	wait, err := q.wait()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(req.Context(), wait)
	defer cancel()
	q.from = place(req.RemoteAddr)
	return actions[q.Action].do(ctx, a, q)
}

// isOwner says whether a request has the token.
func (a *API) isOwner(req *http.Request) bool {
	token, ok := strings.CutPrefix(req.Header.Get("Authorization"), "Bearer ")
	return ok && a.Token != "" && subtle.ConstantTimeCompare([]byte(token), []byte(a.Token)) == 1
}

// place is the address of who asks; empty for this machine.
func place(remote string) string {
	host, _, err := net.SplitHostPort(remote)
	if ip := net.ParseIP(host); err != nil || ip == nil || ip.IsLoopback() {
		return ""
	}
	return host
}
