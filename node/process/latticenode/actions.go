package latticenode

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"strata/ledgers"
	"strata/ledgers/lattice"
)

// question is what is asked. Fields that an action does not know are left empty.
type question struct {
	Action         string `json:"action"`
	Account        string `json:"account"`
	Source         string `json:"source"`
	Destination    string `json:"destination"`
	Representative string `json:"representative"`
	Amount         string `json:"amount"` // in raw, or in units if it has a point
	Hash           string `json:"hash"`
	Block          string `json:"block"` // 216 bytes in hex
	Password       string `json:"password"`
	Reference      string `json:"reference"`
	Below          string `json:"below"` // of history: heights below this one
	Wait           string `json:"wait"`  // for a block to be cemented, such as 5s

	from string // the place that asks; empty: this machine
}

func parseQuestion(text []byte) (q question, err error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&q); err != nil {
		return q, problem{http.StatusBadRequest, "Malformed", fmt.Errorf("the body is no question: %w", err)}
	}
	if dec.More() {
		return q, problem{http.StatusBadRequest, "Malformed", errors.New("the body is no question: something follows the object")}
	}
	if actions[q.Action].do == nil {
		return q, problem{http.StatusBadRequest, "UnknownAction", fmt.Errorf("there is no action %.40q", q.Action)}
	}
	return q, nil
}

func (q question) wait() (time.Duration, error) {
	if q.Wait == "" {
		return defaultWait, nil
	}
	d, err := time.ParseDuration(q.Wait)
	if err != nil || d < 0 || d > maxWait {
		return 0, problem{http.StatusBadRequest, "Malformed", fmt.Errorf("wait is %.40q: want a time of 0s to %v", q.Wait, maxWait)}
	}
	return d, nil
}

// amount reads an amount in raw, or in units if it has a point.
func (q question) amount() (lattice.Amount, error) { return ParseAmount(q.Amount) }

// ParseAmount reads an amount in raw, or in units if it has a point.
func ParseAmount(text string) (lattice.Amount, error) {
	if strings.Contains(text, ".") {
		return lattice.ParseUnits(text)
	}
	return lattice.ParseRaw(text)
}

// action is one that there is.
type action struct {
	owner bool // it wants the token
	do    func(context.Context, *API, question) (any, error)
}

// actions by name.
var actions = map[string]action{
	"status":          {do: askStatus},
	"network":         {do: func(ctx context.Context, a *API, _ question) (any, error) { return a.Node.Network(ctx) }},
	"account_info":    {do: askAccount},
	"pending_info":    {do: askPending},
	"block_info":      {do: askBlock},
	"history":         {do: askHistory},
	"representatives": {do: askRepresentatives},
	"checkpoint":      {do: askCheckpoint},
	"process":         {do: doProcess},
	"faucet":          {do: doFaucet},

	"wallet_unlock":  {owner: true, do: doUnlock},
	"wallet_lock":    {owner: true, do: doLock},
	"account_create": {owner: true, do: doCreate},
	"accounts":       {owner: true, do: doAccounts},
	"send":           {owner: true, do: doSend},
	"receive":        {owner: true, do: doReceive},
	"change":         {owner: true, do: doChange},
	"payment_create": {owner: true, do: doPayment},
	"payment_info":   {owner: true, do: askPayment},
}

// named gives an error its status and its name.
func named(err error) problem {
	var p problem
	if errors.As(err, &p) {
		return p
	}
	for _, known := range []struct {
		err    error
		status int
		name   string
	}{
		{lattice.ErrAddress, http.StatusBadRequest, "BadAddress"},
		{lattice.ErrAmountText, http.StatusBadRequest, "BadAmount"},
		{lattice.ErrWork, http.StatusBadRequest, "InsufficientWork"},
		{lattice.ErrCheckpoint, http.StatusBadRequest, "BadCheckpoint"},
		{lattice.ErrNotHere, http.StatusConflict, NotHere},
		{ledgers.ErrMalformed, http.StatusBadRequest, "Malformed"},
		{ledgers.ErrSignature, http.StatusBadRequest, "BadSignature"},
		{ledgers.ErrStale, http.StatusConflict, "Old"},
		{ledgers.ErrFull, http.StatusTooManyRequests, "Full"},
		{ErrNotOurs, http.StatusNotFound, "NotOurs"},
		{ErrNothing, http.StatusConflict, "AccountNotOpen"},
		{ErrBalance, http.StatusConflict, "InsufficientBalance"},
		{ErrNoEntry, http.StatusNotFound, "PendingNotFound"},
		{ErrLocked, http.StatusForbidden, "WalletLocked"},
		{ErrNoWallet, http.StatusNotFound, "NoWallet"},
		{ErrFaucet, http.StatusTooManyRequests, "FaucetRefused"},
		{ErrReference, http.StatusBadRequest, "BadReference"},
		{ErrNoPayment, http.StatusNotFound, "PaymentNotFound"},
		{ErrPassword, http.StatusForbidden, "WrongPassword"},
		{context.DeadlineExceeded, http.StatusGatewayTimeout, "TooLate"},
	} {
		if errors.Is(err, known.err) {
			return problem{known.status, known.name, err}
		}
	}
	return problem{http.StatusServiceUnavailable, "Unavailable", err}
}

// NotHere names the error of a node that has not come to where a checkpoint is (lattice.ErrNotHere).
const NotHere = "NotHere"

// ErrPassword reports a password that does not open the wallet. Whoever gives NewPurse its function wraps it.
var ErrPassword = errors.New("the password does not open the wallet")

func askAccount(ctx context.Context, a *API, q question) (any, error) {
	of, err := lattice.ParseAddress(q.Account)
	if err != nil {
		return nil, err
	}
	return a.Node.Account(ctx, of)
}

// pendingAnswer is the answer of pending_info.
type pendingAnswer struct {
	Pending []Entry `json:"pending"`
}

func askPending(ctx context.Context, a *API, q question) (any, error) {
	of, err := lattice.ParseAddress(q.Account)
	if err != nil {
		return nil, err
	}
	all, err := a.Node.Pending(ctx, of)
	return pendingAnswer{append([]Entry{}, all...)}, err
}

func askBlock(_ context.Context, a *API, q question) (any, error) {
	hash, err := parseHash(q.Hash)
	if err != nil {
		return nil, problem{http.StatusBadRequest, "Malformed", err}
	}
	return a.Node.Block(hash)
}

func askHistory(_ context.Context, a *API, q question) (any, error) {
	of, err := lattice.ParseAddress(q.Account)
	if err != nil {
		return nil, err
	}
	below := ^uint64(0)
	if q.Below != "" {
		if below, err = strconv.ParseUint(q.Below, 10, 64); err != nil {
			return nil, problem{http.StatusBadRequest, "Malformed", fmt.Errorf("below is %.40q: want a height", q.Below)}
		}
	}
	all, err := a.Node.History(of, below)
	return struct {
		Blocks []Block `json:"blocks"`
	}{append([]Block{}, all...)}, err
}

func askRepresentatives(_ context.Context, a *API, _ question) (any, error) {
	return a.Node.Representatives()
}

func askCheckpoint(_ context.Context, a *API, _ question) (any, error) {
	text, err := a.Node.Checkpoint()
	return checkpointAnswer{text}, err
}

// checkpointAnswer is the answer of checkpoint.
type checkpointAnswer struct {
	Text string `json:"text"`
}

func doProcess(ctx context.Context, a *API, q question) (any, error) {
	text, err := hex.DecodeString(q.Block)
	if err != nil {
		return nil, problem{http.StatusBadRequest, "Malformed", fmt.Errorf("block is no hex: want %d digits", 2*lattice.BlockSize)}
	}
	b, err := lattice.DecodeBlock(text)
	if err != nil {
		return nil, err
	}
	return a.Node.Process(ctx, b)
}

func doFaucet(ctx context.Context, a *API, q question) (any, error) {
	if a.Faucet == nil {
		return nil, problem{http.StatusNotFound, "NoFaucet", errors.New("this node has no faucet: one is started with --faucet")}
	}
	to, err := lattice.ParseAddress(q.Account)
	if err != nil {
		return nil, err
	}
	return a.Faucet.Give(ctx, to, q.from)
}
