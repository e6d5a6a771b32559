package causalnode

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"strata/ledgers"
	"strata/ledgers/causal"
	"strata/ledgers/causal/swap"
	"strata/node/process/localhttp"
)

// Client asks the API of a replica.
type Client struct {
	URL string // http://host:port
}

// maxAnswer is the most that is read of an answer.
const maxAnswer = 4 << 20

// ask sends a request and reads the answer. Errors: that nobody answers; what the API says; that it is none of a replica.
func (c Client) ask(ctx context.Context, method, path string, body, into any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, method, c.URL+path, bytes.NewReader(text))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, answer, err := localhttp.Ask(c.URL, req, maxAnswer)
	if err != nil {
		return err
	}
	var f localhttp.Failure
	if resp.StatusCode >= http.StatusBadRequest && json.Unmarshal(answer, &f) == nil && f.Error != "" {
		return errors.New(f.Error)
	}
	if err := json.Unmarshal(answer, into); err != nil || resp.StatusCode >= http.StatusBadRequest {
		return fmt.Errorf("%s answers %s: it is no replica of ledger %s", c.URL, resp.Status, causal.Name)
	}
	return nil
}

// Standing is where the replica stands. Errors: that nobody answers; that it is no replica of this ledger.
func (c Client) Standing(ctx context.Context) (s Standing, err error) {
	if err = c.ask(ctx, http.MethodGet, "/v1/status", nil, &s); err == nil && s.Ledger != causal.Name {
		err = fmt.Errorf("%s is a node of ledger %.40q, want %s", c.URL, s.Ledger, causal.Name)
	}
	return s, err
}

// Trust says whether the node's operator distrusts a member. Errors: those of the API; that nobody answers.
func (c Client) Trust(ctx context.Context, member int, distrust bool) error {
	verb := "trust"
	if distrust {
		verb = "distrust"
	}
	return c.ask(ctx, http.MethodPost, fmt.Sprintf("/v1/members/%d/%s", member, verb), nil, &BlockStatus{})
}

// Send has a lock, a redeem or a refund done once, for the node's key. Errors: those of the API; that nobody answers.
func (c Client) Send(ctx context.Context, d *causal.Deed) error {
	return c.ask(ctx, http.MethodPost, "/v1/deeds", Change{Operations: []Operation{OperationOf(d)}}, &struct{}{})
}

// Balance is what a key has. Errors: those of the API; that nobody answers.
func (c Client) Balance(ctx context.Context, key string) (b Balance, err error) {
	return b, c.ask(ctx, http.MethodGet, "/v1/balances/"+key, nil, &b)
}

// View is what blocks have made of locks with a hash. Errors: those of the API; that nobody answers; that an answer is none.
func (c Client) View(ctx context.Context, hash [32]byte) (v swap.View, err error) {
	var all Locks
	if err := c.ask(ctx, http.MethodGet, "/v1/locks/"+hex.EncodeToString(hash[:]), nil, &all); err != nil {
		return v, err
	}
	v.Height = all.Height
	for _, l := range all.Locks {
		one, err := l.lock(hash)
		if err != nil {
			return v, fmt.Errorf("%s: a lock that is none: %w", c.URL, err)
		}
		v.Locks = append(v.Locks, one)
	}
	return v, nil
}

// lock reads what the API shows.
func (l LockView) lock(hash [32]byte) (one swap.Lock, err error) {
	one.Held = causal.Held{Amount: l.Amount, Hash: hash, Until: l.Until}
	one.ID, err = parseElement(l.ID)
	err = errors.Join(err, ledgers.ParseKey(&one.From, l.From), ledgers.ParseKey(&one.To, l.To))
	if err == nil {
		one.End, err = swap.ParseEnd(l.End)
	}
	if err == nil && one.End == swap.Redeemed {
		err = parseHash(&one.Secret, "secret", l.Secret)
	}
	return one, err
}
