package latticenode

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/ledgers/lattice"
)

// A wallet's way over the API, with three nodes: it is opened, pays an account of its own, which receives by itself,
// names another representative, and finds all its accounts again. A client's wallet at another node, which has no
// token, does the same with blocks that it signs.
func TestAPI_AWalletsWay_N28_N29_N35_N38(t *testing.T) {
	r := newRig(t, 3)
	a, b := r.serve(0, Service{Password: []byte(password)}), r.serve(1, Service{})
	c := r.serve(2, Service{})
	require.Equal(t, "WalletLocked", r.refused(b, "accounts"))
	require.Equal(t, "WrongPassword", r.refused(b, "wallet_unlock", "password", "wrong"))

	var accounts walletAnswer
	r.ask(a, &accounts, "accounts")
	require.Len(t, accounts.Accounts, 3)
	var fresh Account
	r.ask(a, &fresh, "account_create")
	require.False(t, fresh.Opened)
	require.Equal(t, lattice.Address(r.seed.Account(3)), fresh.Account)
	var o Outcome
	r.ask(a, &o, "send", "source", accounts.Accounts[0], "destination", fresh.Account, "amount", "300")
	require.Equal(t, "final", o.State)
	r.eventually("it is received by itself", func() bool {
		r.ask(c, &fresh, "account_info", "account", fresh.Account)
		return fresh.Confirmed == "300" && fresh.Pending == "0"
	})
	r.ask(a, &o, "change", "account", fresh.Account, "representative", accounts.Accounts[2])
	r.eventually("the change is cemented there as well", func() bool {
		r.ask(c, &fresh, "account_info", "account", fresh.Account)
		return fresh.Representative == accounts.Accounts[2]
	})

	anon := Client{URL: c.URL, Wait: patience}
	w, err := OpenWallet(t.Context(), anon, r.seed, 0)
	require.NoError(t, err)
	require.Len(t, w.Accounts(), 4, "all indices are found again")
	outside := lattice.Seed{9}
	theirs, err := OpenWallet(t.Context(), anon, outside, 0)
	require.NoError(t, err)
	o, err = w.Send(t.Context(), w.Accounts()[3], theirs.Accounts()[0], lattice.Raw(120))
	require.NoError(t, err)
	require.Equal(t, "final", o.State)
	blocks, err := theirs.ReceiveAll(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, blocks)
	var history struct {
		Blocks []Block `json:"blocks"`
	}
	r.eventually("the history has both ends", func() bool {
		r.ask(a, &history, "history", "account", lattice.Address(theirs.Accounts()[0]))
		return len(history.Blocks) == 1 && history.Blocks[0].Cemented
	})
	require.Equal(t, o.Hash, history.Blocks[0].Link)
	var contents blockAnswer
	r.ask(a, &contents, "block_info", "hash", o.Hash)
	require.Equal(t, "send", contents.Block.Kind)
	require.Equal(t, "120", contents.Block.Amount)
	var reps Representatives
	r.ask(b, &reps, "representatives")
	require.Equal(t, "2001", reps.Quorum)
	require.Equal(t, "3000", reps.Held)
	require.Equal(t, "2820", reps.Online, "all three have voted; the fourth account represents itself, and has not")
	require.Equal(t, "2001", reps.Now)
	require.Equal(t, "Unauthorized", r.refused(anon, "send", "source", accounts.Accounts[0]))
}

// What is wrong with a question is said by name and in one line, and nothing comes of it.
func TestAPI_BadInput_N29_NB11(t *testing.T) {
	r := newRig(t, 1)
	c := r.serve(0, Service{Password: []byte(password)})
	ours, theirs := lattice.Address(r.seed.Account(0)), lattice.Address(lattice.Seed{7}.Account(0))
	network, err := c.Network(t.Context())
	require.NoError(t, err)
	head, err := c.Account(t.Context(), r.seed.Account(0))
	require.NoError(t, err)
	chain, err := parseHash(network.Chain)
	require.NoError(t, err)
	block := func(change func(*lattice.Block)) string {
		b := &lattice.Block{Account: r.seed.Account(0)}
		require.NoError(t, head.onto(b))
		b.Balance, b.Link = b.Balance.Minus(lattice.Raw(1)), lattice.Account{5}
		b.Work, err = Work(t.Context(), b.Hash(chain), r.genesis.Send)
		require.NoError(t, err)
		b.Sign(chain, r.seed.Key(0))
		change(b)
		return fmt.Sprintf("%x", b.Encode())
	}
	light := func(b *lattice.Block) { // enough for a receive, and no more
		for lattice.WorkValue(b.Work, b.Hash(chain)) >= r.genesis.Send || lattice.WorkValue(b.Work, b.Hash(chain)) < r.genesis.Receive {
			b.Work++
		}
	}
	for _, q := range []struct {
		name   string
		action string
		fields []string
	}{
		{"UnknownAction", "steal", nil},
		{"BadAddress", "account_info", []string{"account", ours[:63] + "1"}},
		{"BadAddress", "account_info", []string{"account", "smn_8" + ours[5:]}},
		{"BadAddress", "pending_info", []string{"account", "xrb_" + ours[4:]}},
		{"BadAmount", "send", []string{"source", ours, "destination", theirs, "amount", "0.1234567890123456789012345"}},
		{"BadAmount", "send", []string{"source", ours, "destination", theirs, "amount", "-1"}},
		{"BadAmount", "send", []string{"source", ours, "destination", theirs, "amount", "0"}},
		{"BadAmount", "send", []string{"source", ours, "destination", theirs, "amount", "340282366920938463463374607431768211456"}},
		{"InsufficientBalance", "send", []string{"source", ours, "destination", theirs, "amount", "1001"}},
		{"NotOurs", "send", []string{"source", theirs, "destination", ours, "amount", "1"}},
		{"PendingNotFound", "receive", []string{"account", ours, "hash", strings.Repeat("ab", 32)}},
		{"Malformed", "receive", []string{"account", ours, "hash", "ab"}},
		{"Malformed", "block_info", []string{"hash", "zz"}},
		{"Malformed", "process", []string{"block", "zz"}},
		{"Malformed", "process", []string{"block", "00"}},
		{"Malformed", "history", []string{"account", ours, "below", "-1"}},
		{"InsufficientWork", "process", []string{"block", block(func(b *lattice.Block) { b.Work = 0; light(b) })}},
		{"BadSignature", "process", []string{"block", block(func(b *lattice.Block) { b.Signature[0] ^= 1 })}},
		{"NoFaucet", "faucet", []string{"account", ours}},
		{"BadReference", "payment_create", []string{"reference", "a\nb", "amount", "1"}},
		{"BadReference", "payment_create", []string{"reference", "", "amount", "1"}},
		{"PaymentNotFound", "payment_info", []string{"reference", "none"}},
		{"Malformed", "status", []string{"wait", "forever"}},
		{"Malformed", "status", []string{"colour", "blue"}},
	} {
		require.Equal(t, q.name, r.refused(c, q.action, q.fields...), "%s %v", q.action, q.fields)
	}
	var s statusAnswer
	r.ask(c, &s, "status")
	require.Equal(t, uint64(1), s.Cemented)
	require.Zero(t, s.Loose)
	r.ask(c, &walletAnswer{}, "wallet_lock")
	require.Equal(t, "WalletLocked", r.refused(c, "send", "source", ours, "destination", theirs, "amount", "1"))
}

// Doors that a page of another site could use are closed (NB11), and the pages show what the ledger has.
func TestAPI_DoorsAndPages_N30_NB11(t *testing.T) {
	r := newRig(t, 1)
	c := r.serve(0, Service{})
	ours := lattice.Address(r.seed.Account(0))
	for _, q := range []struct {
		method, path, host, kind, body string
		status                         int
		want                           string
	}{
		{"GET", "/", "", "", "", 200, "heaviest alone has a quorum"},
		{"GET", "/account?address=" + ours, "", "", "", 200, "1000 raw"},
		{"GET", "/account?address=<script>", "", "", "", 400, "&lt;script&gt;"},
		{"GET", "/", "evil.example", "", "", 403, "ForeignHost"},
		{"POST", "/", "evil.example:80", jsonType, `{"action":"status"}`, 403, "ForeignHost"},
		{"POST", "/", "", "text/plain", `{"action":"status"}`, 415, "ContentType"},
		{"POST", "/", "", jsonType + "; charset=utf-8", `{"action":"status"}`, 200, "cemented"},
		{"POST", "/", "", jsonType, `{"action":"status"} x`, 400, "Malformed"},
		{"POST", "/", "", jsonType, `[`, 400, "Malformed"},
		{"POST", "/", "", jsonType, strings.Repeat(" ", maxBody+1), 413, "TooBig"},
		{"PUT", "/", "", jsonType, "", 405, ""},
		{"GET", "/setup", "", "", "", 404, ""},
	} {
		req, err := http.NewRequestWithContext(t.Context(), q.method, c.URL+q.path, strings.NewReader(q.body))
		require.NoError(t, err)
		if q.host != "" {
			req.Host = q.host
		}
		req.Header.Set("Content-Type", q.kind)
		resp, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		text, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		require.Equal(t, q.status, resp.StatusCode, "%s %s %s: %s", q.method, q.path, q.host, text)
		require.Contains(t, string(text), q.want)
	}
	info, err := os.Stat(filepath.Join(r.path(0), FileToken))
	require.NoError(t, err)
	require.Zero(t, info.Mode().Perm()&0o077, "nobody else reads the token")
}

// The faucet gives once a time, and does not count what it could not give.
func TestFaucet_GivesOnceATime_N37(t *testing.T) {
	r := newRig(t, 1)
	c := r.serve(0, Service{Password: []byte(password), Faucet: lattice.Raw(150)})
	var o Outcome
	first, second := lattice.Address(lattice.Seed{1}.Account(0)), lattice.Address(lattice.Seed{2}.Account(0))
	for _, to := range []string{first, second} {
		r.ask(c, &o, "faucet", "account", to)
		require.Equal(t, "final", o.State)
		require.Equal(t, "FaucetRefused", r.refused(c, "faucet", "account", to))
	}

	r = newRig(t, 1)
	purse := NewPurse(r.run(0), func([]byte) (lattice.Seed, error) { return r.seed, nil }, slog.New(slog.DiscardHandler))
	require.NoError(t, purse.Unlock(t.Context(), nil))
	poor := &Faucet{Amount: lattice.Raw(1001), Every: time.Hour, purse: purse}
	for range 2 {
		_, err := poor.Give(t.Context(), lattice.Account{9}, "10.0.0.1")
		require.ErrorIs(t, err, ErrBalance, "it may ask again")
	}

	f := &Faucet{Every: time.Hour}
	now := time.Unix(1000, 0)
	require.NoError(t, f.take(now, "a", "10.0.0.1"))
	require.ErrorIs(t, f.take(now.Add(59*time.Minute), "b", "10.0.0.1"), ErrFaucet, "one place")
	require.NoError(t, f.take(now.Add(time.Hour), "b", "10.0.0.1"))
	for i := range maxAsked {
		f.last[fmt.Sprint(i)] = now.Add(time.Hour)
	}
	require.ErrorIs(t, f.take(now.Add(time.Hour), "one more"), ErrFaucet)
	require.NoError(t, f.take(now.Add(3*time.Hour), "one more"))
}

// A merchant asks for a payment under a reference, polls it, and is told by the webhook, which is told again until it
// takes it. All of that is there after a restart.
func TestPayments_PolledAndTold_N38(t *testing.T) {
	r := newRig(t, 2)
	hook := &merchant{}
	server := httptest.NewServer(hook)
	defer server.Close()
	a := r.serve(0, Service{Password: []byte(password), Webhook: server.URL})
	b := r.serve(1, Service{})
	var p, same Payment
	r.ask(a, &p, "payment_create", "reference", "order 17", "amount", "250")
	require.Equal(t, PaymentWaiting, p.State)
	r.ask(a, &same, "payment_create", "reference", "order 17", "amount", "250")
	require.Equal(t, p.Account, same.Account)
	require.Equal(t, "BadReference", r.refused(a, "payment_create", "reference", "order 17", "amount", "251"))
	require.Equal(t, "Unauthorized", r.refused(Client{URL: a.URL}, "payment_info", "reference", "order 17"))

	buyer, err := OpenWallet(t.Context(), Client{URL: b.URL, Wait: patience}, r.seed, 0)
	require.NoError(t, err)
	to, err := lattice.ParseAddress(p.Account)
	require.NoError(t, err)
	pay := func(amount uint64) {
		o, err := buyer.Send(t.Context(), buyer.Accounts()[1], to, lattice.Raw(amount))
		require.NoError(t, err)
		require.Equal(t, "final", o.State)
	}
	pay(100)
	r.eventually("a part has come", func() bool {
		r.ask(a, &p, "payment_info", "reference", "order 17")
		return p.State == PaymentPartial && p.Received == "100"
	})
	require.Zero(t, hook.count())
	pay(150)
	r.eventually("the merchant is told again, until it takes it", func() bool { return hook.count() == 3 })
	r.ask(a, &p, "payment_info", "reference", "order 17")
	require.Equal(t, PaymentPaid, p.State)
	r.eventually("it is told no more", func() bool {
		r.ask(a, &p, "payment_info", "reference", "order 17")
		return p.Told
	})
	require.Equal(t, "order 17", hook.last().Reference)
}

// merchant refuses the first two times.
type merchant struct {
	mu  sync.Mutex
	got []Payment
}

func (m *merchant) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var p Payment
	if json.NewDecoder(req.Body).Decode(&p) == nil {
		m.got = append(m.got, p)
	}
	if len(m.got) < 3 {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
}

func (m *merchant) count() int { m.mu.Lock(); defer m.mu.Unlock(); return len(m.got) }
func (m *merchant) last() Payment {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.got[len(m.got)-1]
}

// The payments and the accounts of a wallet are in the node's store.
func TestPayments_OutliveTheNode_N38(t *testing.T) {
	r := newRig(t, 1)
	open := func([]byte) (lattice.Seed, error) { return r.seed, nil }
	for round := range 2 {
		node := r.run(0)
		purse := NewPurse(node, open, slog.New(slog.DiscardHandler))
		require.NoError(t, purse.Unlock(t.Context(), nil))
		all, err := OpenPayments(node, purse)
		require.NoError(t, err)
		p, err := all.Make(t.Context(), "order", lattice.Raw(1))
		require.NoError(t, err)
		require.Equal(t, lattice.Address(r.seed.Account(1)), p.Account, "round %d", round)
		w, err := purse.Wallet()
		require.NoError(t, err)
		require.Len(t, w.Accounts(), 2, "an account that was told to somebody is not given away again")
		require.NoError(t, node.Stop())
	}
}

// How few decide.
func TestRepresentatives_Concentration_N37(t *testing.T) {
	g := lattice.Genesis{Least: lattice.Whole, Send: 1, Receive: 1}
	for i, amount := range []uint64{500, 300, 150, 49, 1} {
		g.Accounts = append(g.Accounts, lattice.Opening{Account: lattice.Account{byte(i + 1)}, Balance: lattice.Raw(amount),
			Representative: lattice.Account{byte(i + 1)}})
	}
	s := concentration(lattice.NewBook(&g), g.Least)
	require.Equal(t, "667", s.Quorum)
	require.Equal(t, 2, s.Decide)
	require.Equal(t, 1, s.Prevent)
	require.Equal(t, uint64(2500+900+225+24), s.Index)
	require.Equal(t, uint64(500), s.All[0].Thousand)
	require.True(t, s.All[4].Votes, "a thousandth is heard")
	require.Len(t, s.All, 5)
}
