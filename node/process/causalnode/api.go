package causalnode

import (
	"bytes"
	"cmp"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io"
	"mime"
	"net"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"strata/ledgers"
	"strata/ledgers/causal"
	"strata/network"
	"strata/node/process/ledgernode"
	"strata/node/process/localhttp"
)

// Bounds of the API.
const (
	maxBody  = 64 << 10 // bytes of a change
	maxHeads = 64       // that a status lists
)

// Serve answers questions about the replica on a listener, until ctx ends:
//
//	GET  /                            a page
//	GET  /v1/status                   Standing
//	GET  /v1/document?register=NAME   Part; also ?map=NAME, ?map=NAME&entry=ENTRY and ?list=NAME
//	POST /v1/updates                  the body is a Change; answers with Written, when that is safe and told
//	GET  /v1/updates/ID               UpdateView
//	GET  /v1/balances/KEY             Balance
//	GET  /v1/deeds                    the newest 64 that ended, as DeedView
//	GET  /v1/deeds/ID/NUMBER          DeedView
//	POST /v1/deeds                    the body is a Change of one lock, redeem or refund: it is done once, however often it is sent
//	GET  /v1/locks/HASH               Locks
//	POST /v1/members/NUMBER/distrust  the operator distrusts a member; also /trust
//
// An error is {"error": "..."} with a status of 400 or above. Errors: the listener's.
func (r *Running) Serve(ctx context.Context, l net.Listener) error {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", r.page)
	mux.HandleFunc("GET /v1/status", func(w http.ResponseWriter, _ *http.Request) {
		s, err := r.Standing()
		localhttp.Answer(w, s, err)
	})
	mux.HandleFunc("GET /v1/document", r.getPart)
	mux.HandleFunc("POST /v1/updates", r.postChange)
	mux.HandleFunc("GET /v1/updates/{id}", r.getUpdate)
	mux.HandleFunc("GET /v1/balances/{key}", r.getBalance)
	mux.HandleFunc("GET /v1/deeds", r.getDeeds)
	mux.HandleFunc("GET /v1/deeds/{id}/{number}", r.getDeed)
	mux.HandleFunc("POST /v1/deeds", r.postDeed)
	mux.HandleFunc("GET /v1/locks/{hash}", r.getLocks)
	mux.HandleFunc("POST /v1/members/{number}/distrust", r.postTrust(true))
	mux.HandleFunc("POST /v1/members/{number}/trust", r.postTrust(false))
	return localhttp.Serve(ctx, l, localhttp.Local(localhttp.Routes(mux), localhttp.Forbid), 0)
}

// Standing is where the replica stands, as the API tells it.
type Standing struct {
	Ledger   string                    `json:"ledger"`
	Chain    string                    `json:"chain"` // the id of the root update
	Document string                    `json:"document"`
	Self     network.Addr              `json:"self"`
	Key      string                    `json:"key"`
	Member   int                       `json:"member"` // which member the node is; -1: it is none
	Members  []ledgernode.MemberStatus `json:"members"`
	Peers    []network.Addr            `json:"peers"`
	Bans     []ledgernode.Ban          `json:"bans"`
	Updates  int                       `json:"updates"` // delivered
	Heads    int                       `json:"heads"`
	First    []string                  `json:"first_heads"` // the first 64 of them
	Digest   string                    `json:"digest"`      // equal digests, equal documents
	Proofs   []ProofView               `json:"proofs"`      // of equivocation, one an author
	Blocks   BlockStatus               `json:"blocks"`
	Balance  uint64                    `json:"balance"` // of the node's key, after the newest block
	Deeds    []DeedView                `json:"-"`       // the page shows them, the newest first
}

// ProofView is a proof of equivocation (CAU-7).
type ProofView struct {
	Author string `json:"author"`
	One    string `json:"one"`
	Other  string `json:"other"`
}

// Standing is where the replica stands. Errors: the loop has ended.
func (r *Running) Standing() (Standing, error) {
	status, err := r.Status()
	g := r.cfg.Genesis
	s := Standing{
		Ledger: causal.Name, Chain: g.Chain().String(), Document: g.Document, Self: r.cfg.Addr,
		Key: r.host.Identity().Key().String(), Member: ledgers.IndexOf(g.Members, r.host.Identity().Key()),
		Updates: status.Updates, Heads: status.Heads, Digest: ledgers.ChainID(status.Digest).String(),
		Members: ledgernode.MembersOf(g.Members), Bans: []ledgernode.Ban{}, Proofs: []ProofView{},
	}
	return s, errors.Join(err, r.do(func() {
		s.Peers, s.Bans = r.peers.Peers(), ledgernode.BansOf(r.guard)
		s.Blocks, s.Deeds = r.blockStatus(), slices.Clone(r.deeds)
		slices.Reverse(s.Deeds)
		s.Balance = r.ledger.State().Balance(r.host.Identity().Key())
		for _, id := range r.replica.Heads() {
			if len(s.First) < maxHeads {
				s.First = append(s.First, id.String())
			}
		}
		for _, p := range r.replica.Proofs() {
			s.Proofs = append(s.Proofs, ProofView{r.replica.Update(p.One).Author.String(), p.One.String(), p.Other.String()})
		}
	}))
}

// MemberRow is a member as the page shows it.
type MemberRow struct {
	Number int
	ledgernode.MemberStatus
	Distrusted, Accused bool
}

// Rows are the members.
func (s Standing) Rows() (rows []MemberRow) {
	for i, m := range s.Members {
		rows = append(rows, MemberRow{i, m, slices.Contains(s.Blocks.Distrusted, i), slices.Contains(s.Blocks.Accused, i)})
	}
	return rows
}

// bad is a question that cannot be answered.
func bad(err error) error { return localhttp.Refusal(http.StatusBadRequest, err) }

func (r *Running) getPart(w http.ResponseWriter, req *http.Request) {
	q := req.URL.Query()
	key, err := Place{Register: q.Get("register"), Map: q.Get("map"), Entry: q.Get("entry"), List: q.Get("list")}.key()
	if err != nil {
		localhttp.Answer(w, nil, bad(err))
		return
	}
	var p Part
	err = r.Look(func(d causal.Document) { p = partOf(d, key) })
	localhttp.Answer(w, p, err)
}

func (r *Running) getUpdate(w http.ResponseWriter, req *http.Request) {
	id, err := parseID(req.PathValue("id"))
	if err != nil {
		localhttp.Answer(w, nil, bad(err))
		return
	}
	var u *causal.Update
	if err = r.do(func() { u = r.replica.Update(id) }); err == nil && u == nil {
		err = localhttp.Refusal(http.StatusNotFound, errors.New("no such update was delivered here"))
	}
	if err != nil {
		localhttp.Answer(w, nil, err)
		return
	}
	localhttp.Answer(w, viewOf(id, u), nil)
}

// Change is 1 to 64 operations that are to be one update.
type Change struct {
	Operations []Operation `json:"operations"`
}

// Written is the update that a change became.
type Written struct {
	ID string `json:"id"`
}

func (r *Running) postChange(w http.ResponseWriter, req *http.Request) {
	ops, err := readChange(w, req)
	if err != nil {
		localhttp.Answer(w, nil, err)
		return
	}
	id, err := r.write(func(causal.Document) []causal.Op { return ops })
	switch {
	case errors.Is(err, causal.ErrInvalid):
		err = bad(err)
	case errors.Is(err, ledgers.ErrFull):
		err = localhttp.Refusal(http.StatusTooManyRequests, err)
	}
	localhttp.Answer(w, Written{id.String()}, err)
}

// readChange reads the operations of a request. No page of another site can send its type without being asked for leave
// first, which nobody gives.
func readChange(w http.ResponseWriter, req *http.Request) (ops []causal.Op, err error) {
	if !inJSON(req) {
		return nil, localhttp.Refusal(http.StatusUnsupportedMediaType, errors.New("the body has to be a change: Content-Type application/json"))
	}
	text, err := io.ReadAll(http.MaxBytesReader(w, req.Body, maxBody))
	if err != nil {
		return nil, localhttp.Refusal(http.StatusRequestEntityTooLarge, fmt.Errorf("a change has at most %d bytes", maxBody))
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	var c Change
	if err := d.Decode(&c); err != nil {
		var kind *json.UnmarshalTypeError
		if errors.As(err, &kind) {
			return nil, bad(wrongKind(kind))
		}
		return nil, bad(fmt.Errorf(`the body is no change such as {"operations": [{"action": "set", "register": "title", "text": "x"}]}: %w`, err))
	}
	if d.More() {
		return nil, bad(errors.New("the body is no change: something follows the object"))
	}
	if len(c.Operations) == 0 || len(c.Operations) > causal.MaxOps {
		return nil, bad(fmt.Errorf("a change has 1 to %d operations, not %d", causal.MaxOps, len(c.Operations)))
	}
	for i, o := range c.Operations {
		op, err := o.op()
		if err != nil {
			return nil, bad(fmt.Errorf("operation %d: %w", i, err))
		}
		ops = append(ops, op)
	}
	return ops, nil
}

// inJSON says whether a request says that its body is JSON.
func inJSON(req *http.Request) bool {
	kind, _, err := mime.ParseMediaType(req.Header.Get("Content-Type"))
	return err == nil && kind == "application/json"
}

// wrongKind says what kind of value is where another one is wanted, without the decoder's types.
func wrongKind(e *json.UnmarshalTypeError) error {
	want := "an object"
	switch e.Type.Kind() {
	case reflect.Uint64:
		want = "a whole number, 0 or more, below 2^64"
	case reflect.String:
		want = "a string"
	case reflect.Slice:
		want = "a list, and base64 a string"
	}
	field := e.Field[strings.LastIndex(e.Field, ".")+1:]
	return fmt.Errorf("%s: want %s, not %s", cmp.Or(field, "the body"), want, e.Value)
}

//go:embed page.html
var pageText string

var pageTemplate = template.Must(template.New("page").Parse(pageText))

// page shows where the replica stands; it loads itself again every two seconds.
func (r *Running) page(w http.ResponseWriter, _ *http.Request) {
	s, err := r.Standing()
	if err != nil {
		localhttp.Answer(w, nil, err)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_ = pageTemplate.Execute(w, s) // the asker may have gone
}
