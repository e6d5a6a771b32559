package ledgernode

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"strata/ledgers"
	"strata/ledgers/validators"
	"strata/node/process/localhttp"
)

// Headers is what leads a light client of elective 8 from one height to another. See validators.HeadersGiven.
type Headers struct {
	To      uint64   `json:"to"`
	Headers []string `json:"headers"` // validators.SignedHeader, in hex
}

// Proof is what an account of elective 8 has, and what proves it.
type Proof struct {
	Height uint64 `json:"height"` // of the header whose state it is
	Value  string `json:"value"`  // the entry, in hex; empty: there is none
	Path   string `json:"path"`   // validators.Path, in hex
}

func (r *Running) getHeaders(w http.ResponseWriter, req *http.Request) {
	var a validators.HeadersAsked
	for name, n := range map[string]*uint64{"after": &a.After, "to": &a.To} {
		var err error
		if *n, err = strconv.ParseUint(req.URL.Query().Get(name), 10, 64); err != nil {
			localhttp.Answer(w, nil, localhttp.Refusal(http.StatusBadRequest, fmt.Errorf("%s is wanted: a height", name)))
			return
		}
	}
	var h Headers
	var failed error
	err := r.do(func() {
		var g *validators.HeadersGiven
		if g, failed = r.ledger.(*validatorsNode).Headers(a); failed == nil {
			h.To = g.To
			for _, s := range g.All {
				h.Headers = append(h.Headers, hex.EncodeToString(s.Encode()))
			}
		}
	})
	localhttp.Answer(w, h, errors.Join(err, failed))
}

func (r *Running) getProof(w http.ResponseWriter, req *http.Request) {
	key, err := accountIn(req)
	if err != nil {
		localhttp.Answer(w, nil, err)
		return
	}
	var p Proof
	err = r.do(func() {
		tip := r.ledger.(*validatorsNode).Tip()
		value, path := tip.State.ProveAccount(key)
		p = Proof{tip.Height, hex.EncodeToString(value), hex.EncodeToString(path.Encode())}
	})
	localhttp.Answer(w, p, err)
}

// Headers asks a node of elective 8 for what leads from one height to another. Nothing is checked but that it can be read.
// Errors: Known; that nobody answers.
func (c Client) Headers(ctx context.Context, after, to uint64) (all []*validators.SignedHeader, err error) {
	var h Headers
	if err := c.ask(ctx, http.MethodGet, fmt.Sprintf("/v1/headers?after=%d&to=%d", after, to), nil, &h); err != nil {
		return nil, err
	}
	for _, text := range h.Headers {
		b, err := hex.DecodeString(text)
		if err != nil {
			return nil, Known{c.URL + ": a header is no hex"}
		}
		s, err := validators.DecodeSignedHeader(b)
		if err != nil {
			return nil, Known{fmt.Sprintf("%s: a header cannot be read: %v", c.URL, err)}
		}
		all = append(all, s)
	}
	return all, nil
}

// Proof asks a node of elective 8 what an account has, with its path. Nothing is checked but that it can be read. value is
// nil if the node says that there is no such account. Errors: Known; that nobody answers.
func (c Client) Proof(ctx context.Context, of validators.Address) (height uint64, value []byte, path validators.Path, err error) {
	var p Proof
	if err := c.ask(ctx, http.MethodGet, "/v1/proofs/"+of.String(), nil, &p); err != nil {
		return 0, nil, path, err
	}
	text, err := hex.DecodeString(p.Path)
	if err == nil {
		path, err = validators.DecodePath(text)
	}
	if err == nil && p.Value != "" {
		value, err = hex.DecodeString(p.Value)
	}
	if err != nil {
		return 0, nil, path, Known{fmt.Sprintf("%s: a proof cannot be read: %v", c.URL, err)}
	}
	return p.Height, value, path, nil
}

// Light asks nodes of elective 8 over their APIs, and believes none of them: see validators.Light. Nodes whose answers are
// wrong are told of and asked no more.
type Light struct {
	*validators.Light
	nodes []Client
	told  func(url string, why error)
}

// NewLight begins at a genesis, or where l stands. told hears of each node that is asked no more, and why.
func NewLight(l *validators.Light, told func(url string, why error), nodes ...Client) *Light {
	return &Light{l, nodes, told}
}

// errNobody reports that no node is left that could be asked.
var errNobody = errors.New("no node gives an answer that is proved")

// Account is what an account has as of the height at which the light client stands afterwards; absent says that it is
// proved that there is none. Errors: no node gives an answer that is proved; ctx has ended.
func (l *Light) Account(ctx context.Context, of validators.Address) (acc validators.Account, absent bool, err error) {
	for len(l.nodes) > 0 {
		acc, absent, err = l.ask(ctx, l.nodes[0], of)
		switch {
		case err == nil:
			return acc, absent, nil
		case ctx.Err() != nil:
			return acc, absent, ctx.Err()
		}
		l.told(l.nodes[0].URL, err)
		l.nodes = l.nodes[1:]
	}
	return acc, false, errNobody
}

// ask asks one node, and checks all that it says.
func (l *Light) ask(ctx context.Context, node Client, of validators.Address) (acc validators.Account, absent bool, err error) {
	height, value, path, err := node.Proof(ctx, of)
	if err != nil {
		return acc, false, err
	}
	if height == 0 || height < l.Height() {
		return acc, false, fmt.Errorf("it stands at height %d, below %d, which is proved already", height, max(l.Height(), 1))
	}
	if err := l.follow(ctx, node, height); err != nil {
		return acc, false, err
	}
	return l.Light.Account(of, value, path)
}

// follow goes on to a height by what a node gives.
func (l *Light) follow(ctx context.Context, node Client, to uint64) error {
	for l.Height() < to {
		all, err := node.Headers(ctx, l.Height(), to)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			return fmt.Errorf("it gives no headers from height %d to %d", l.Height(), to)
		}
		for _, s := range all {
			if s.Header.Height > to {
				return fmt.Errorf("%w: height %d, above %d", ledgers.ErrAnswer, s.Header.Height, to)
			}
			if err := l.Follow(*s); err != nil {
				return err
			}
		}
	}
	return nil
}

// Trust begins with the header of a height that has a hash, as somebody whom one trusts has named it; the first of the nodes
// that has it gives it. Errors: no node does.
func Trust(ctx context.Context, g validators.Genesis, judge validators.Judge, height uint64, hash validators.Hash,
	told func(url string, why error), nodes ...Client) (*validators.Light, error) {
	for _, node := range nodes {
		all, err := node.Headers(ctx, height-1, height)
		if err == nil && len(all) == 0 {
			err = fmt.Errorf("it has no header of height %d", height)
		}
		if err == nil {
			last := all[len(all)-1]
			var l *validators.Light
			if l, err = validators.Trust(g.Chain(), judge, hash, last.Header, last.Next); err == nil {
				return l, nil
			}
		}
		told(node.URL, err)
	}
	return nil, errNobody
}
