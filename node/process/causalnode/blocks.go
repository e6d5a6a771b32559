package causalnode

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"

	"strata/ledgers"
	"strata/ledgers/agreement"
	"strata/ledgers/causal"
	"strata/ledgers/causal/swap"
	"strata/network"
	"strata/node/process/atomicfile"
	"strata/node/process/localhttp"
)

// FileDistrust is where a node keeps whom its operator distrusts, in its directory.
const FileDistrust = "distrusted"

// BlockStatus is where the members' agreement stands.
type BlockStatus struct {
	Height     uint64 `json:"height"` // of the newest block; 0: there is none yet
	Hash       string `json:"hash"`
	Round      uint32 `json:"round"` // in which it was made
	Maker      int    `json:"maker"` // the member that made it; -1: there is none yet
	Signers    int    `json:"signers"`
	Leader     int    `json:"leader"`     // the member that leads now
	Faulty     int    `json:"faulty"`     // so many members may be: if the operators of more distrust the leader, another one leads
	Distrusted []int  `json:"distrusted"` // members whom this node's operator distrusts
	Accused    []int  `json:"accused"`    // members that have said two things in one place
}

// blockStatus is called on the loop.
func (r *Running) blockStatus() BlockStatus {
	s, members := r.ledger.Standing(), r.cfg.Genesis.Members
	b := BlockStatus{
		Height: s.Newest.Height, Hash: hex.EncodeToString(s.Newest.Hash[:]), Round: s.Newest.Round, Maker: s.Newest.Maker, Signers: s.Signers,
		Leader: s.Leader, Faulty: agreement.Faulty(len(members)), Distrusted: []int{}, Accused: []int{},
	}
	if b.Height == 0 {
		b.Maker = -1
	}
	for i, m := range members {
		if r.ledger.Distrusts(i) {
			b.Distrusted = append(b.Distrusted, i)
		}
		if slices.Contains(s.Accused, m.Key) {
			b.Accused = append(b.Accused, i)
		}
	}
	return b
}

// Trust says whether the operator distrusts a member from now on, also after a restart (CAU-8). Errors: there is no such
// member; the file cannot be written, and then nothing has changed; the loop has ended.
func (r *Running) Trust(member int, distrust bool) error {
	if n := len(r.cfg.Genesis.Members); member < 0 || member >= n {
		return bad(fmt.Errorf("there is no member %d: they have the numbers 0 to %d", member, n-1))
	}
	r.trust.Lock() // file and ledger change together
	defer r.trust.Unlock()
	var text strings.Builder
	err := r.do(func() {
		for i, m := range r.cfg.Genesis.Members {
			if i != member && r.ledger.Distrusts(i) || i == member && distrust {
				fmt.Fprintln(&text, m.Key)
			}
		}
	})
	if err == nil && r.cfg.Distrust != "" {
		err = atomicfile.Replace(r.cfg.Distrust, []byte(text.String()))
	}
	if err != nil {
		return err
	}
	return r.do(func() { r.ledger.Distrust(member, distrust) })
}

// recallDistrust reads whom the operator distrusted before. Errors: the file cannot be read, or has a line that is no key.
func (r *Running) recallDistrust() error {
	if r.cfg.Distrust == "" {
		return nil
	}
	text, err := os.ReadFile(r.cfg.Distrust)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for i, line := range strings.Fields(string(text)) {
		var key network.PublicKey
		if err := ledgers.ParseKey(&key, line); err != nil {
			return fmt.Errorf("%s: line %d: %w; delete the file, and say again whom you distrust", r.cfg.Distrust, i+1, err)
		}
		if member := ledgers.IndexOf(r.cfg.Genesis.Members, key); member >= 0 {
			if err := r.do(func() { r.ledger.Distrust(member, true) }); err != nil {
				return err
			}
		}
	}
	return nil
}

// postTrust has the operator distrust or trust a member. A page of another site may ask for neither: it can send no JSON,
// and a form of it names another origin.
func (r *Running) postTrust(distrust bool) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		form := req.Header.Get("Origin") == "http://"+req.Host
		if !form && !inJSON(req) {
			localhttp.Answer(w, nil, localhttp.Refusal(http.StatusUnsupportedMediaType, errors.New("send it with Content-Type application/json")))
			return
		}
		member, err := strconv.Atoi(req.PathValue("number"))
		if err != nil {
			err = bad(fmt.Errorf("%.40q is no member's number", req.PathValue("number")))
		} else {
			err = r.Trust(member, distrust)
		}
		if err == nil && form {
			http.Redirect(w, req, "/", http.StatusSeeOther)
			return
		}
		s, failed := r.Standing()
		localhttp.Answer(w, s.Blocks, errors.Join(err, failed))
	}
}

// Balance is what somebody has. What is locked or deposited is not in it.
type Balance struct {
	Key     string `json:"key"`
	Balance uint64 `json:"balance"`
	Height  uint64 `json:"height"` // of the block after which
}

func (r *Running) getBalance(w http.ResponseWriter, req *http.Request) {
	var key network.PublicKey
	if err := ledgers.ParseKey(&key, req.PathValue("key")); err != nil {
		localhttp.Answer(w, nil, bad(err))
		return
	}
	b := Balance{Key: key.String()}
	err := r.do(func() { b.Balance, b.Height = r.ledger.State().Balance(key), r.ledger.State().Height })
	localhttp.Answer(w, b, err)
}

func (r *Running) getDeeds(w http.ResponseWriter, _ *http.Request) {
	all := []DeedView{}
	err := r.do(func() { all = append(all, r.deeds...) })
	localhttp.Answer(w, all, err)
}

func (r *Running) getDeed(w http.ResponseWriter, req *http.Request) {
	at, err := parseElement(req.PathValue("id") + "/" + req.PathValue("number"))
	if err != nil {
		localhttp.Answer(w, nil, bad(err))
		return
	}
	var v DeedView
	ended := false
	err = r.do(func() {
		end, ok := r.ledger.Done(at)
		if ended = ok; ok {
			v = r.viewDeed(at, "", end)
		}
	})
	if err == nil && !ended {
		err = localhttp.Refusal(http.StatusNotFound, errors.New("no block has such a deed yet"))
	}
	localhttp.Answer(w, v, err)
}

// postDeed has a lock, a redeem or a refund done once, for this node's key.
func (r *Running) postDeed(w http.ResponseWriter, req *http.Request) {
	ops, err := readChange(w, req)
	var d *causal.Deed
	if err == nil {
		if d, err = causal.DecodeDeed(ops[0].Value); err != nil || len(ops) != 1 || ops[0].Action != causal.Do || d.Kind < causal.Lock || d.Kind > causal.Refund {
			err = bad(errors.New("want one lock, redeem or refund: others may be meant twice, and go to /v1/updates"))
		}
	}
	if err == nil {
		err = r.do(func() { r.locks.Send(d) })
	}
	localhttp.Answer(w, struct{}{}, err)
}

// Locks are those with one hash, in the order in which blocks made them.
type Locks struct {
	Height uint64     `json:"height"`
	Locks  []LockView `json:"locks"`
}

// LockView is a lock as the API shows it.
type LockView struct {
	ID     string `json:"id"`
	From   string `json:"from"`
	To     string `json:"to"`
	Amount uint64 `json:"amount"`
	Until  uint64 `json:"until"`
	End    string `json:"end"` // open, redeemed or refunded
	Secret string `json:"secret,omitempty"`
}

func (r *Running) getLocks(w http.ResponseWriter, req *http.Request) {
	var hash [32]byte
	if err := parseHash(&hash, "hash", req.PathValue("hash")); err != nil {
		localhttp.Answer(w, nil, bad(err))
		return
	}
	var v swap.View
	if err := r.do(func() { v = r.locks.View(hash) }); err != nil {
		localhttp.Answer(w, nil, err)
		return
	}
	all := Locks{Height: v.Height, Locks: []LockView{}}
	for _, l := range v.Locks {
		one := LockView{ID: elementText(l.ID), From: l.From.String(), To: l.To.String(), Amount: l.Amount, Until: l.Until, End: l.End.String()}
		if l.End == swap.Redeemed {
			one.Secret = hex.EncodeToString(l.Secret[:])
		}
		all.Locks = append(all.Locks, one)
	}
	localhttp.Answer(w, all, nil)
}
