package bitcoin

import (
	"bytes"
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/btcsuite/btcd/address/v2"
	"github.com/btcsuite/btcd/btcjson"
	"github.com/btcsuite/btcd/chaincfg/v2"
	"github.com/btcsuite/btcd/rpcclient"
	"github.com/btcsuite/btcd/txscript/v2"
	"github.com/btcsuite/btcd/wire/v2"
)

// NodeConfig says where a btcd is. It has to keep an index of addresses: --addrindex.
type NodeConfig struct {
	Host           string // its --rpclisten, as in 127.0.0.1:18556
	User, Password string
	Certificate    []byte // its rpc.cert; nil: it runs with --notls
	Net            *chaincfg.Params
	Wait           time.Duration // for an answer at most; 0 means 10 s
}

// Node is a Chain that asks a btcd. It connects when it is first asked, and again after the connection is lost. For one
// goroutine.
type Node struct {
	config NodeConfig
	client *rpcclient.Client
}

var _ Chain = (*Node)(nil)

// NewNode makes a node that is not connected yet.
func NewNode(c NodeConfig) *Node { return &Node{config: c} }

// Close ends the connection.
func (n *Node) Close() {
	if n.client != nil {
		n.client.Shutdown()
		n.client = nil
	}
}

// Height is Chain's.
func (n *Node) Height(ctx context.Context) (uint32, error) {
	height, err := ask(ctx, n, (*rpcclient.Client).GetBlockCount)
	return uint32(height), err
}

// page is how many transactions are asked for at once.
const page = 100

// History is Chain's.
func (n *Node) History(ctx context.Context, script []byte) (all []Entry, err error) {
	_, addresses, _, err := txscript.ExtractPkScriptAddrs(script, n.config.Net)
	if err != nil || len(addresses) != 1 {
		return nil, fmt.Errorf("bitcoin: no address stands for the script %x", script)
	}
	for {
		found, err := n.some(ctx, addresses[0], len(all))
		if err != nil {
			return nil, err
		}
		for _, r := range found {
			tx, err := read(r.Hex)
			if err != nil {
				return nil, fmt.Errorf("%w: %s sends a transaction that cannot be read: %w", ErrUnreachable, n.config.Host, err)
			}
			all = append(all, Entry{tx, uint32(r.Confirmations)})
		}
		if len(found) < page {
			return all, nil
		}
	}
}

// some is a page of an address's history.
func (n *Node) some(ctx context.Context, of address.Address, skip int) ([]*btcjson.SearchRawTransactionsResult, error) {
	found, err := ask(ctx, n, func(c *rpcclient.Client) ([]*btcjson.SearchRawTransactionsResult, error) {
		return c.SearchRawTransactionsVerbose(of, skip, page, false, false, nil)
	})
	var said *btcjson.RPCError
	switch {
	case errors.As(err, &said) && said.Code == btcjson.ErrRPCNoTxInfo:
		return nil, nil // nothing has ever paid it
	case errors.As(err, &said):
		return nil, fmt.Errorf("%w: %s says: %s", ErrUnreachable, n.config.Host, said.Message)
	}
	return found, err
}

// read is a transaction in hexadecimal.
func read(text string) (*wire.MsgTx, error) {
	b, err := hex.DecodeString(text)
	if err != nil {
		return nil, err
	}
	tx := &wire.MsgTx{}
	return tx, tx.Deserialize(bytes.NewReader(b))
}

// Send is Chain's.
func (n *Node) Send(ctx context.Context, tx *wire.MsgTx) error {
	_, err := ask(ctx, n, func(c *rpcclient.Client) (any, error) { return c.SendRawTransaction(tx, false) })
	var said *btcjson.RPCError
	if !errors.As(err, &said) {
		return err
	}
	switch rpcclient.MapRPCErr(err) {
	case rpcclient.ErrTxAlreadyInMempool, rpcclient.ErrTxAlreadyConfirmed, rpcclient.ErrTxAlreadyKnown:
		return nil
	}
	return fmt.Errorf("%w: %s", ErrRefused, said.Message)
}

// ask has a node answer a question, for a while. An answer that is an error stays what it is; without one the error is
// ErrUnreachable.
func ask[T any](ctx context.Context, n *Node, question func(*rpcclient.Client) (T, error)) (answer T, err error) {
	wait := cmp.Or(n.config.Wait, 10*time.Second)
	ctx, cancel := context.WithTimeoutCause(ctx, wait, fmt.Errorf("no answer within %v", wait))
	defer cancel()
	if n.client == nil || n.client.Disconnected() {
		n.Close()
		if n.client, err = within(ctx, func() (*rpcclient.Client, error) { return n.dial(ctx) }); err != nil {
			return answer, n.unreachable(err)
		}
	}
	client := n.client
	answer, err = within(ctx, func() (T, error) { return question(client) })
	var said *btcjson.RPCError
	if err != nil && !errors.As(err, &said) {
		n.Close() // which ends what still waits
		return answer, n.unreachable(err)
	}
	return answer, err
}

// within is what f returns, or the cause of ctx's end.
func within[T any](ctx context.Context, f func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		value, err := f()
		done <- result{value, err}
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
		var none T
		return none, context.Cause(ctx)
	}
}

// dial connects, unless it takes longer than anybody waits.
func (n *Node) dial(ctx context.Context) (*rpcclient.Client, error) {
	client, err := rpcclient.New(&rpcclient.ConnConfig{
		Host: n.config.Host, Endpoint: "ws", User: n.config.User, Pass: n.config.Password, Params: n.config.Net.Name,
		DisableTLS: n.config.Certificate == nil, Certificates: n.config.Certificate, DisableAutoReconnect: true,
	}, nil)
	if err == nil && ctx.Err() != nil {
		client.Shutdown()
		return nil, context.Cause(ctx)
	}
	return client, err
}

// unreachable is the error of a node that does not answer.
func (n *Node) unreachable(err error) error {
	remedy := "start btcd there with --addrindex, or name the address of its --rpclisten"
	if errors.Is(err, rpcclient.ErrInvalidAuth) {
		remedy = "give the --rpcuser and --rpcpass that it was started with"
	}
	return fmt.Errorf("%w at %s: %w: %s", ErrUnreachable, n.config.Host, err, remedy)
}
