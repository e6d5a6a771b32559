package latticenode

import (
	"context"
	"net/http"

	"strata/ledgers/lattice"
)

// walletAnswer is the answer of wallet_unlock, wallet_lock and accounts.
type walletAnswer struct {
	Locked   bool     `json:"locked"`
	Accounts []string `json:"accounts"`
}

func doUnlock(ctx context.Context, a *API, q question) (any, error) {
	if err := a.Purse.Unlock(ctx, []byte(q.Password)); err != nil {
		return nil, err
	}
	return doAccounts(ctx, a, q)
}

func doLock(_ context.Context, a *API, _ question) (any, error) {
	a.Purse.Lock()
	return walletAnswer{Locked: true, Accounts: []string{}}, nil
}

func doAccounts(_ context.Context, a *API, _ question) (any, error) {
	w, err := a.Purse.Wallet()
	if err != nil {
		return nil, err
	}
	answer := walletAnswer{}
	for _, of := range w.Accounts() {
		answer.Accounts = append(answer.Accounts, lattice.Address(of))
	}
	return answer, nil
}

func doCreate(ctx context.Context, a *API, _ question) (any, error) {
	of, err := a.Purse.Next()
	if err != nil {
		return nil, err
	}
	return a.Node.Account(ctx, of)
}

// addresses reads two addresses.
func addresses(first, second string) (a, b lattice.Account, err error) {
	if a, err = lattice.ParseAddress(first); err == nil {
		b, err = lattice.ParseAddress(second)
	}
	return a, b, err
}

func doSend(ctx context.Context, a *API, q question) (any, error) {
	from, to, err := addresses(q.Source, q.Destination)
	if err != nil {
		return nil, err
	}
	amount, err := q.amount()
	if err != nil {
		return nil, err
	}
	w, err := a.Purse.Wallet()
	if err != nil {
		return nil, err
	}
	return w.Send(ctx, from, to, amount)
}

func doReceive(ctx context.Context, a *API, q question) (any, error) {
	of, err := lattice.ParseAddress(q.Account)
	if err != nil {
		return nil, err
	}
	send, err := parseHash(q.Hash)
	if err != nil {
		return nil, problem{http.StatusBadRequest, "Malformed", err}
	}
	w, err := a.Purse.Wallet()
	if err != nil {
		return nil, err
	}
	return w.Receive(ctx, of, send)
}

func doChange(ctx context.Context, a *API, q question) (any, error) {
	of, representative, err := addresses(q.Account, q.Representative)
	if err != nil {
		return nil, err
	}
	w, err := a.Purse.Wallet()
	if err != nil {
		return nil, err
	}
	return w.Change(ctx, of, representative)
}

func doPayment(ctx context.Context, a *API, q question) (any, error) {
	amount, err := q.amount()
	if err != nil {
		return nil, err
	}
	return a.Payments.Make(ctx, q.Reference, amount)
}

func askPayment(ctx context.Context, a *API, q question) (any, error) {
	return a.Payments.Info(ctx, q.Reference)
}
