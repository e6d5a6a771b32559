package wallet

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"strata/mempool"
)

var (
	// ErrUnreachable reports a node that does not answer. Is it running, and is its API on?
	ErrUnreachable = errors.New("the node does not answer")

	// ErrToken reports a node that wants its token, and was given none.
	ErrToken = errors.New("the node wants its token")

	// ErrWrongToken reports a token that is not the node's.
	ErrWrongToken = errors.New("the token is not this node's")

	// ErrNoToken reports a text that is the token of no node: most likely another file was named.
	ErrNoToken = errors.New("not the token of a node")
)

const (
	answerWithin = 10 * time.Second
	maxAnswer    = 8 << 20 // bytes
)

// Problem is a node's answer to what it could not do (RFC 9457).
type Problem struct {
	Status int    `json:"status"` // of HTTP
	Title  string `json:"title"`
	Detail string `json:"detail"`
	Remedy string `json:"remedy"` // what to do instead

	retryAfter string // seconds, after which the node may do it; "": it does not say
}

// Error is the detail with its remedy, or the title where there is none.
func (p *Problem) Error() string {
	switch {
	case p.Detail != "" && p.Remedy != "":
		return p.Detail + "; " + p.Remedy
	case p.Detail != "":
		return p.Detail
	case p.Title != "":
		return p.Title
	}
	return fmt.Sprintf("the node answered %d %s", p.Status, http.StatusText(p.Status))
}

// Client asks a node over its HTTP API. It may be used from any goroutine. A question that the node has no time
// for is asked again, for ten seconds at most; what changes something is sent once.
type Client struct {
	base  *url.URL
	token string
	http  http.Client
}

// tokenDigits is how many hex digits a node's token has.
const tokenDigits = 64

// NewClient makes a client of the node whose API is at base, such as http://127.0.0.1:11180. The
// token is wanted by Submit only, and may be empty. One that no node has is refused here, before
// anything is signed that could not be sent. Errors: ErrNoToken; that base is no address.
func NewClient(base, token string) (*Client, error) {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("%q is not the address of an API: want one such as http://127.0.0.1:11180", base)
	}
	if digits, err := hex.DecodeString(token); token != "" && (err != nil || 2*len(digits) != tokenDigits) {
		return nil, fmt.Errorf("%w: want %d hex digits, as DATA/api.token has them", ErrNoToken, tokenDigits)
	}
	return &Client{base: u, token: token, http: http.Client{Timeout: answerWithin}}, nil
}

// Account is what a node knows of an account.
type Account struct {
	Balance uint64
	Nonce   uint64 // transactions on the chain
	Next    uint64 // the next nonce, those included that wait at the node
	In, Out uint64 // what transactions that wait at the node bring and take
	Height  uint64 // number of the tip after which that is so
	Tip     string // its hash
}

// Account asks for an account. Errors: ErrUnreachable, *Problem.
func (c *Client) Account(ctx context.Context, key mempool.PublicKey) (Account, error) {
	var a struct {
		Balance uint64 `json:"balance,string"`
		Nonce   uint64 `json:"nonce,string"`
		Next    uint64 `json:"next_nonce,string"`
		In      uint64 `json:"pending_in,string"`
		Out     uint64 `json:"pending_out,string"`
		Height  uint64 `json:"height"`
		Tip     string `json:"tip"`
	}
	err := c.get(ctx, &a, nil, "v1", "accounts", key.String())
	return Account(a), err
}

// Chain asks which chain the node is on. Errors: ErrUnreachable, *Problem.
func (c *Client) Chain(ctx context.Context) (Chain, error) {
	var status struct {
		Genesis         string `json:"genesis"`
		Difficulty      int    `json:"difficulty"`
		BlockReward     uint64 `json:"block_reward,string"`
		MaxTransactions int    `json:"max_transactions"`
	}
	if err := c.get(ctx, &status, nil, "v1", "status"); err != nil {
		return Chain{}, err
	}
	first, err := c.HashAt(ctx, 1)
	return Chain{status.Genesis, status.Difficulty, status.BlockReward, status.MaxTransactions, first}, err
}

// HashAt asks for the hash of the chain's block of a number; "" if there is none yet. Errors: ErrUnreachable,
// *Problem.
func (c *Client) HashAt(ctx context.Context, number uint64) (string, error) {
	var block struct {
		Hash string `json:"hash"`
	}
	err := c.get(ctx, &block, nil, "v1", "blocks", strconv.FormatUint(number, 10))
	if p := (*Problem)(nil); errors.As(err, &p) && p.Status == http.StatusNotFound {
		err = nil
	}
	return block.Hash, err
}

// Submit hands the node a signed transaction. One that it has already is no error. replaces is the id of
// a waiting transaction whose nonce it takes over; "": none. Errors: ErrUnreachable, ErrToken,
// ErrWrongToken, *Problem.
func (c *Client) Submit(ctx context.Context, tx mempool.Transaction, replaces string) error {
	request := map[string]string{"text": string(tx.Text())}
	if replaces != "" {
		request["replaces"] = replaces
	}
	body, err := json.Marshal(request)
	if err != nil {
		panic("wallet: a map of strings does not encode") // it does
	}
	return c.do(ctx, http.MethodPost, c.base.JoinPath("v1", "transactions"), body, nil)
}

// Entry is a transaction of an account's history.
type Entry struct {
	ID                string
	Sender, Recipient string // hex
	Nonce, Amount     uint64
	Block             uint64 // the number of its block
	Hash              string // of its block
	Depth             uint64 // blocks from its own to the tip, both counted
	Waiting           bool   // it has no block yet
}

// transactionDocument is a transaction with its block, as the API writes it.
type transactionDocument struct {
	Transaction struct {
		ID        string `json:"id"`
		Sender    string `json:"sender"`
		Recipient string `json:"recipient"`
		Nonce     uint64 `json:"nonce,string"`
		Amount    uint64 `json:"amount,string"`
	} `json:"transaction"`
	Block *struct {
		Number uint64 `json:"number"`
		Hash   string `json:"hash"`
	} `json:"block"`
	Confirmations uint64 `json:"confirmations"`
}

func (d transactionDocument) entry() Entry {
	t := d.Transaction
	e := Entry{ID: t.ID, Sender: t.Sender, Recipient: t.Recipient, Nonce: t.Nonce, Amount: t.Amount, Waiting: d.Block == nil}
	if d.Block != nil {
		e.Block, e.Hash, e.Depth = d.Block.Number, d.Block.Hash, d.Confirmations
	}
	return e
}

// Transaction asks for one transaction; ok is false if the node knows none of that id.
// Errors: ErrUnreachable, *Problem.
func (c *Client) Transaction(ctx context.Context, id mempool.TxID) (e Entry, ok bool, err error) {
	var d transactionDocument
	err = c.get(ctx, &d, nil, "v1", "transactions", id.String())
	if p := (*Problem)(nil); errors.As(err, &p) && p.Status == http.StatusNotFound {
		return Entry{}, false, nil
	}
	return d.entry(), err == nil, err
}

// History lists up to limit transactions of an account, newest first. Errors: ErrUnreachable, *Problem.
func (c *Client) History(ctx context.Context, key mempool.PublicKey, limit int) ([]Entry, error) {
	var all []Entry
	query := url.Values{}
	for len(all) < limit {
		query.Set("limit", strconv.Itoa(min(limit-len(all), 50)))
		var page struct {
			Transactions []transactionDocument `json:"transactions"`
			Next         *string               `json:"next"`
		}
		if err := c.get(ctx, &page, query, "v1", "accounts", key.String(), "transactions"); err != nil {
			return nil, err
		}
		for _, d := range page.Transactions {
			all = append(all, d.entry())
		}
		if page.Next == nil || len(page.Transactions) == 0 {
			break
		}
		query.Set("before", *page.Next)
	}
	return all, nil
}

func (c *Client) get(ctx context.Context, into any, query url.Values, path ...string) error {
	u := c.base.JoinPath(path...)
	u.RawQuery = query.Encode()
	for until := time.Now().Add(answerWithin); ; {
		err := c.do(ctx, http.MethodGet, u, nil, into)
		pause, later := askLater(err)
		if !later || time.Now().Add(pause).After(until) {
			return err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// askLater says after what time the same question may be answered: a node that has just started, say, makes its
// index first.
func askLater(err error) (pause time.Duration, later bool) {
	var p *Problem
	if !errors.As(err, &p) || p.Status != http.StatusServiceUnavailable {
		return 0, false
	}
	seconds, err := strconv.ParseUint(p.retryAfter, 10, 16)
	return time.Duration(seconds) * time.Second, err == nil
}

// do asks, and reads the answer into a value unless that is nil.
func (c *Client) do(ctx context.Context, method string, u *url.URL, body []byte, into any) error {
	r, err := http.NewRequestWithContext(ctx, method, u.String(), bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Accept", "application/json")
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
		if c.token != "" {
			r.Header.Set("Authorization", "Bearer "+c.token)
		}
	}
	answer, err := c.http.Do(r)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	switch {
	case err != nil:
		return fmt.Errorf("%w: %w", ErrUnreachable, err)
	case answer.StatusCode == http.StatusUnauthorized && c.token == "":
		return ErrToken
	case answer.StatusCode == http.StatusUnauthorized:
		return ErrWrongToken
	case answer.StatusCode >= http.StatusMultipleChoices:
		p := &Problem{}
		_ = json.Unmarshal(text, p) // what is no document leaves the status to tell
		p.Status = answer.StatusCode
		p.retryAfter = answer.Header.Get("Retry-After")
		return p
	case into == nil:
		return nil
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("%s answers what is not understood: is it a node's API? %w", c.base, err)
	}
	return nil
}
