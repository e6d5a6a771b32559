package wallet

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Status is how a node is, as it says.
type Status struct {
	Self       string    `json:"self"`
	Version    string    `json:"version"`
	Height     uint64    `json:"height"`
	Tip        string    `json:"tip"`
	TipMoved   time.Time `json:"tip_moved"`
	Difficulty int       `json:"difficulty"`
	Peers      int       `json:"peers"`
	Pooled     int       `json:"pooled"`
	Mining     bool      `json:"mining"`
	HashRate   float64   `json:"hash_rate"` // per second
}

// Status asks how the node is. Errors: ErrUnreachable, *Problem.
func (c *Client) Status(ctx context.Context) (s Status, err error) {
	return s, c.get(ctx, &s, nil, "v1", "status")
}

// Head is a block without its transactions.
type Head struct {
	Number       uint64 `json:"number"`
	Hash         string `json:"hash"`
	Coinbase     string `json:"coinbase"`
	Transactions int    `json:"transactions"`
}

// Latest lists the last blocks of the chain, the newest first, at most 100. Errors: ErrUnreachable, *Problem.
func (c *Client) Latest(ctx context.Context, limit int) ([]Head, error) {
	var page struct {
		Blocks []Head `json:"blocks"`
	}
	err := c.get(ctx, &page, url.Values{"limit": {strconv.Itoa(limit)}}, "v1", "blocks")
	return page.Blocks, err
}

// Peer is another node, as this one tells of it.
type Peer struct {
	Address  string     `json:"address"`
	Incoming bool       `json:"incoming"`
	Since    *time.Time `json:"since"` // nil: not known
	BytesIn  uint64     `json:"bytes_in"`
	BytesOut uint64     `json:"bytes_out"`
}

// Peers lists the node's peers. Errors: ErrUnreachable, *Problem.
func (c *Client) Peers(ctx context.Context) ([]Peer, error) {
	var list struct {
		Peers []Peer `json:"peers"`
	}
	err := c.get(ctx, &list, nil, "v1", "peers")
	return list.Peers, err
}

// SetMining turns the miner on or off. Errors: ErrUnreachable, ErrToken, ErrWrongToken, *Problem.
func (c *Client) SetMining(ctx context.Context, on bool) error {
	return c.do(ctx, http.MethodPost, c.base.JoinPath("v1", "mining"), []byte(`{"on":`+strconv.FormatBool(on)+`}`), nil)
}

// AddPeer has the node dial another one. Errors: ErrUnreachable, ErrToken, ErrWrongToken, *Problem.
func (c *Client) AddPeer(ctx context.Context, address string) error {
	body, err := json.Marshal(map[string]string{"address": address})
	if err != nil {
		panic("wallet: a map of strings does not encode") // it does
	}
	return c.do(ctx, http.MethodPost, c.base.JoinPath("v1", "peers"), body, nil)
}

// DropPeer has the node part from a peer, and keep it away. Errors: as AddPeer.
func (c *Client) DropPeer(ctx context.Context, address string) error {
	return c.do(ctx, http.MethodDelete, c.base.JoinPath("v1", "peers", url.PathEscape(address)), []byte{}, nil)
}
