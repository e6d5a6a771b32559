package command

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"strata/ledgers"
	"strata/ledgers/leader"
	"strata/ledgers/validators"
	"strata/node/process/ledgernode"
)

// playWait is how long a line waits until its write is final.
const playWait = 10 * time.Second

// ledgerClient signs what one client writes.
type ledgerClient struct {
	key    ed25519.PrivateKey
	number uint64 // of the last
}

// next is the client's next write, encoded.
func (c *ledgerClient) next(chain ledgers.ChainID, key, value []byte, fee uint64) []byte {
	c.number++
	tx := &leader.Transaction{Number: c.number, Fee: fee, Key: key, Value: value}
	tx.Sign(chain, c.key)
	return tx.Encode()
}

// playground is a conversation with a ledger.
type playground struct {
	ledger  string
	api     ledgernode.Client
	chain   ledgers.ChainID
	members int
	client  ledgerClient
	purse   *purse   // of validators; nil: the ledger is leader, and client writes
	keys    []string // that were named so far, for completion
	out     io.Writer
}

// newPlayground begins a conversation. Errors: that nobody answers; that it is the node of another ledger.
func newPlayground(ctx context.Context, api ledgernode.Client, ledger string, key ed25519.PrivateKey) (*playground, error) {
	s, err := api.Status(ctx)
	if err != nil {
		return nil, err
	}
	p := &playground{ledger: ledger, api: api, members: len(s.Members), client: ledgerClient{key: key}}
	if n, err := hex.Decode(p.chain[:], []byte(s.Chain[:min(len(s.Chain), 64)])); err != nil || n != len(p.chain) || s.Ledger != ledger {
		return nil, fmt.Errorf("%s is no node of ledger %s", api.URL, ledger)
	}
	if ledger == validators.Name {
		p.purse = &purse{api: api, chain: p.chain, key: key}
	}
	return p, nil
}

// say runs one line. more is false after exit.
func (p *playground) say(ctx context.Context, line string) (more bool, err error) {
	line = strings.TrimSpace(line)
	word, rest, _ := strings.Cut(line, " ")
	switch {
	case line == "" || strings.HasPrefix(line, "#"):
		return true, nil
	case line == "exit":
		return false, nil
	case line == "help":
		return true, p.help()
	case line == "tip":
		return true, p.tip(ctx)
	case p.purse != nil:
		p.purse.out = p.out
		return true, p.purse.say(ctx, line)
	case word == "get":
		return true, p.get(ctx, strings.TrimSpace(rest))
	case strings.Contains(line, "="):
		return true, p.set(ctx, line)
	}
	return true, fmt.Errorf("%q is nothing to say here; `help` lists what is", line)
}

func (p *playground) help() error {
	if p.purse != nil {
		_, err := io.WriteString(p.out, purseHelp)
		return err
	}
	_, err := io.WriteString(p.out, `key=value [fee]   write a value, and wait until that is final
get key           read the value
tip               how far the ledger is, and who leads
exit              the end
`)
	return err
}

func (p *playground) tip(ctx context.Context) error {
	s, err := p.api.Status(ctx)
	if err != nil {
		return err
	}
	if s.LeaderStatus == nil {
		_, err = fmt.Fprintf(p.out, "height %d, block %.16s, %s\n", s.Height, s.Hash, s.Place())
		return err
	}
	began := ""
	if s.View != s.LastNormal {
		began = ", which has not begun"
	}
	_, err = fmt.Fprintf(p.out, "height %d, block %.16s, view %d%s, led by member %d\n", s.Height, s.Hash, s.View, began, s.Leader)
	return err
}

// named notes a key for completion.
func (p *playground) named(key string) {
	if !slices.Contains(p.keys, key) {
		p.keys = append(p.keys, key)
	}
}

func (p *playground) get(ctx context.Context, key string) error {
	if key == "" {
		return errors.New("get what? want: get KEY")
	}
	v, err := p.api.Value(ctx, []byte(key))
	if err != nil {
		return err
	}
	p.named(key)
	text := "nothing"
	if v.Found {
		text = printable(v.Value)
	}
	old := ""
	if !v.Latest {
		old = ", perhaps old: this node does not lead"
	}
	_, err = fmt.Fprintf(p.out, "%s (height %d%s)\n", text, v.Height, old)
	return err
}

// printable is a value as it may be shown on a terminal.
func printable(value []byte) string {
	if quoted := strconv.Quote(string(value)); quoted != `"`+string(value)+`"` || len(value) == 0 {
		return quoted
	}
	return string(value)
}

func (p *playground) set(ctx context.Context, line string) error {
	key, value, fee, err := assignment(line)
	if err != nil {
		return err
	}
	before := p.client.number
	o, err := p.api.Submit(ctx, p.client.next(p.chain, []byte(key), []byte(value), fee), playWait)
	if err != nil {
		p.client.number = before // it was not taken
		return err
	}
	p.named(key)
	return outcome(p.out, o, "no quorum has acknowledged it")
}

// assignment reads `key=value [fee]`. A value may have blanks; the fee is a last word of digits.
func assignment(line string) (key, value string, fee uint64, err error) {
	key, value, _ = strings.Cut(line, "=")
	key, value = strings.TrimSpace(key), strings.TrimSpace(value)
	if at := strings.LastIndexByte(value, ' '); at >= 0 {
		if n, err := strconv.ParseUint(value[at+1:], 10, 64); err == nil {
			value, fee = strings.TrimSpace(value[:at]), n
		}
	}
	switch {
	case key == "" || len(key) > leader.MaxKey:
		return "", "", 0, fmt.Errorf("a key has 1 to %d bytes, got %d", leader.MaxKey, len(key))
	case len(value) > leader.MaxValue:
		return "", "", 0, fmt.Errorf("a value has at most %d bytes, got %d", leader.MaxValue, len(value))
	}
	return key, value, fee, nil
}
