package ledgernode

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"strata/ledgers"
	"strata/ledgers/validators"
	"strata/node/process/localhttp"
)

// MaxGift is the most that a faucet gives at a time.
const MaxGift = 1_000_000

// maxGifts is how many gifts a faucet remembers, so that each is given once.
const maxGifts = 1000

// faucet gives away what an account has, on a development network. It has no memory over a restart.
type faucet struct {
	key ed25519.PrivateKey

	mu    sync.Mutex
	last  uint64 // nonce of the last gift
	given map[string]ledgers.OpID
	order []string // of given
}

// Gift is what is asked of a faucet. The same ID again is the same gift.
type Gift struct {
	ID      string `json:"id"`
	Account string `json:"account"`
	Amount  uint64 `json:"amount"`
}

// check reads whom the gift is for.
func (g *Gift) check() (to validators.Address, err error) {
	switch err := ledgers.ParseKey(&to, g.Account); {
	case err != nil:
		return to, errors.New("account is wanted: a public key of 64 hex digits")
	case g.Amount < 1 || g.Amount > MaxGift:
		return to, fmt.Errorf("amount is %d: want 1 to %d", g.Amount, MaxGift)
	case g.ID == "" || len(g.ID) > 64:
		return to, errors.New("id is wanted, of 1 to 64 bytes: one for each gift")
	}
	return to, nil
}

// Give has the faucet pay, and waits until that is final or ctx ends. Errors: there is no faucet; what is wrong with
// the gift; those of Submit.
func (r *Running) Give(ctx context.Context, g Gift) (Outcome, error) {
	to, err := g.check()
	if err != nil {
		return Outcome{}, localhttp.Refusal(http.StatusBadRequest, err)
	}
	own, err := r.Account(addressOf(r.faucet.key))
	if err != nil {
		return Outcome{}, err
	}
	op, id := r.faucet.sign(r, g, to, own)
	if op == nil {
		return r.Outcome(id)
	}
	o, err := r.Submit(ctx, op)
	if err != nil {
		r.faucet.forget(g.ID)
	}
	return o, submission(err)
}

// sign makes the transaction of a gift; op is nil if it was given before, with that id.
func (f *faucet) sign(r *Running, g Gift, to validators.Address, own Account) (op []byte, id ledgers.OpID) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if id, ok := f.given[g.ID]; ok {
		return nil, id
	}
	tx := &validators.Transaction{
		Nonce: max(own.Next, f.last+1), Fee: r.Config.Directory.Genesis.(validators.Genesis).MinFee,
		Kind: validators.Transfer, To: to, Amount: g.Amount,
	}
	tx.Sign(r.Chain, f.key)
	f.last, id = tx.Nonce, tx.ID(r.Chain)
	f.given[g.ID] = id
	if f.order = append(f.order, g.ID); len(f.order) > maxGifts {
		delete(f.given, f.order[0])
		f.order = f.order[1:]
	}
	return tx.Encode(), id
}

// forget takes back a gift that was not taken: nothing waits behind its nonce.
func (f *faucet) forget(id string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.given, id)
	f.last = 0 // the next one has the nonce that the account has
}

func (r *Running) postFaucet(w http.ResponseWriter, req *http.Request) {
	if r.faucet == nil {
		localhttp.Answer(w, nil, localhttp.Refusal(http.StatusNotFound, errors.New("this node has no faucet: `strata node --faucet FILE` gives it one")))
		return
	}
	if req.Header.Get("Content-Type") != "application/json" {
		localhttp.Answer(w, nil, localhttp.Refusal(http.StatusUnsupportedMediaType, errors.New("the body has to be a gift: Content-Type application/json")))
		return
	}
	const maxBody = 1 << 10
	var g Gift
	d := json.NewDecoder(http.MaxBytesReader(w, req.Body, maxBody))
	d.DisallowUnknownFields()
	if err := d.Decode(&g); err != nil {
		localhttp.Answer(w, nil, localhttp.Refusal(http.StatusBadRequest, fmt.Errorf(`the body is no gift such as {"id": "1", "account": "KEY", "amount": 1}: %w`, err)))
		return
	}
	ctx, cancel := context.WithTimeout(req.Context(), defaultWait)
	defer cancel()
	o, err := r.Give(ctx, g)
	localhttp.Answer(w, o, err)
}
