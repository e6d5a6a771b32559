package latticenode

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"strata/ledgers/lattice"
	"strata/node/process/localhttp"
)

// Client asks the API of a node. It is a Ledger for a wallet on another machine.
type Client struct {
	URL   string        // http://host:port
	Token string        // of the node's wallet; empty: without it
	Wait  time.Duration // for a block to be cemented; 0: the node's default
}

// Known reports an answer of the API that is an error.
type Known struct{ Name, Text string }

func (k Known) Error() string { return k.Text }

// Ask asks a question, of which the fields are action and what that wants, and reads the answer. Errors: Known; that
// nobody answers.
func (c Client) Ask(ctx context.Context, fields map[string]string, into any) error {
	body, err := json.Marshal(fields)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.URL+"/", bytes.NewReader(body))
	if err != nil {
		return err
	}
	c.dress(req, jsonType)
	const maxAnswer = 4 << 20
	resp, text, err := localhttp.Ask(c.URL, req, maxAnswer)
	if err != nil {
		return err
	}
	if resp.StatusCode >= http.StatusBadRequest {
		return c.known(resp, text)
	}
	if err := json.Unmarshal(text, into); err != nil {
		return Known{"NoNode", fmt.Sprintf("%s is no node of the lattice: %v", c.URL, err)}
	}
	return nil
}

// dress gives a request its type and the token.
func (c Client) dress(req *http.Request, kind string) {
	req.Header.Set("Content-Type", kind)
	if c.Token != "" {
		req.Header.Set("Authorization", "Bearer "+c.Token)
	}
}

// known is the error that an answer is.
func (c Client) known(resp *http.Response, text []byte) Known {
	var f failure
	if json.Unmarshal(text, &f) != nil || f.Error == "" {
		f = failure{"NoNode", fmt.Sprintf("%s answers %s: it is no node of the lattice", c.URL, resp.Status)}
	}
	return Known{f.Error, f.Why}
}

// Network is Ledger's, and so are the others.
func (c Client) Network(ctx context.Context) (n Network, err error) {
	return n, c.Ask(ctx, map[string]string{"action": "network"}, &n)
}

func (c Client) Account(ctx context.Context, of lattice.Account) (a Account, err error) {
	return a, c.Ask(ctx, map[string]string{"action": "account_info", "account": lattice.Address(of)}, &a)
}

func (c Client) Pending(ctx context.Context, to lattice.Account) ([]Entry, error) {
	var a pendingAnswer
	err := c.Ask(ctx, map[string]string{"action": "pending_info", "account": lattice.Address(to)}, &a)
	return a.Pending, err
}

func (c Client) Process(ctx context.Context, b *lattice.Block) (o Outcome, err error) {
	fields := map[string]string{"action": "process", "block": fmt.Sprintf("%x", b.Encode())}
	if c.Wait > 0 {
		fields["wait"] = c.Wait.String()
	}
	return o, c.Ask(ctx, fields, &o)
}

// Checkpoint is where the node stands: see Running.Checkpoint.
func (c Client) Checkpoint(ctx context.Context) (string, error) {
	var a checkpointAnswer
	err := c.Ask(ctx, map[string]string{"action": "checkpoint"}, &a)
	return a.Text, err
}

// InUnits writes an amount of the API, which is in raw, in units, without zeros at the end.
func InUnits(raw string) string {
	a, err := lattice.ParseRaw(raw)
	if err != nil {
		return raw
	}
	return strings.TrimSuffix(strings.TrimRight(a.Units(), "0"), ".")
}
