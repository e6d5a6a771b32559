package ledgernode

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"slices"
	"sync"

	"strata/ledgers"
	"strata/ledgers/validators"
	"strata/node/process/atomicfile"
	"strata/node/process/localhttp"
)

// MaxGift is the most that a faucet gives at a time.
const MaxGift = 1_000_000

// maxGiftID bounds the id of a gift, in bytes.
const maxGiftID = 64

// maxGifts is how many gifts a faucet remembers, so that each is given once.
const maxGifts = 1000

// FileGifts has what the faucet gave, in the node's directory.
const FileGifts = "gifts"

// faucet gives away what an account has, on a development network. Each gift is on the disk before it is submitted, so that
// none is given twice.
type faucet struct {
	key  ed25519.PrivateKey
	file string

	mu    sync.Mutex
	last  uint64            // nonce of the last gift
	given map[string][]byte // the transactions, by the ids of the gifts
	order []string          // of given
}

// openFaucet reads what was given, if there is a file; one that is none is put aside. What may not have been submitted is to
// be submitted again. Errors: the system's.
func openFaucet(file string, key ed25519.PrivateKey) (f *faucet, again [][]byte, err error) {
	f = &faucet{key: key, file: file, given: map[string][]byte{}}
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return f, nil, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("what the faucet gave: %w", err)
	}
	d := ledgers.NewDecoder(text)
	for d.Left() > 0 {
		id, op := string(d.Bytes(maxGiftID)), d.Bytes(ledgers.MaxOperation)
		tx, err := validators.DecodeTransaction(op)
		if err != nil {
			d.Fail(err)
			break
		}
		if tx.Sender == addressOf(key) {
			f.last, again = max(f.last, tx.Nonce), append(again, op)
		}
		f.given[id], f.order = op, append(f.order, id)
	}
	if d.Err() != nil {
		f = &faucet{key: key, file: file, given: map[string][]byte{}}
		return f, nil, os.Rename(file, file+".damaged")
	}
	return f, again, nil
}

// save writes what was given. Errors: the system's; then the file is as it was.
func (f *faucet) save() error {
	var text []byte
	for _, id := range f.order {
		text = ledgers.AppendBytes(ledgers.AppendBytes(text, []byte(id)), f.given[id])
	}
	if err := atomicfile.Replace(f.file, text); err != nil {
		return fmt.Errorf("what the faucet gave: %w", err)
	}
	return nil
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
	case g.ID == "" || len(g.ID) > maxGiftID:
		return to, fmt.Errorf("id is wanted, of 1 to %d bytes: one for each gift", maxGiftID)
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
	op, fresh, err := r.faucet.sign(r, g, to, own)
	if err != nil {
		return Outcome{}, err
	}
	o, err := r.Submit(ctx, op) // the same one again, if it was given before (LED-2)
	if err != nil && fresh {
		err = errors.Join(err, r.faucet.forget(g.ID))
	}
	return o, submission(err)
}

// sign makes the transaction of a gift, and puts it on the disk; one that was made before is there. Errors: the system's.
func (f *faucet) sign(r *Running, g Gift, to validators.Address, own Account) (op []byte, fresh bool, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if op, ok := f.given[g.ID]; ok {
		return op, false, nil
	}
	tx := &validators.Transaction{
		Nonce: max(own.Next, f.last+1), Fee: r.Config.Directory.Genesis.(validators.Genesis).MinFee,
		Kind: validators.Transfer, To: to, Amount: g.Amount,
	}
	tx.Sign(r.Chain, f.key)
	f.last, op = tx.Nonce, tx.Encode()
	f.given[g.ID] = op
	if f.order = append(f.order, g.ID); len(f.order) > maxGifts {
		delete(f.given, f.order[0])
		f.order = f.order[1:]
	}
	return op, true, f.save()
}

// forget takes back a gift that was not taken: nothing waits behind its nonce. Errors: the system's.
func (f *faucet) forget(id string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.given, id)
	f.order = slices.DeleteFunc(f.order, func(other string) bool { return other == id })
	f.last = 0 // the next one has the nonce that the account has
	return f.save()
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
