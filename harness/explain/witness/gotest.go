package witness

import (
	"errors"
	"fmt"
	"strings"

	"strata/chain"
	"strata/chain/chaintest"
	"strata/mempool"
	"strata/mempool/mempooltest"
)

// The Go test of a case. It stands in the layer's own package, where New is, and needs nothing else of it.

// imports are what a test may need, by the name that its code uses.
var imports = [][2]string{
	{"testing.", "testing"}, {"time.", "time"}, {"require.", "github.com/stretchr/testify/require"},
	{"chain.", "strata/chain"}, {"chaintest.", "strata/chain/chaintest"}, {"mempool.", "strata/mempool"},
	{"mempooltest.", "strata/mempool/mempooltest"}, {"network.", "strata/network"},
	{"networktest.", "strata/network/networktest"},
}

// parsed is the helper of tests in which a transaction is no plain payment.
const parsed = `
// parsed reads a transaction from its text.
func parsed(t *testing.T, text string) mempool.Transaction {
	t.Helper()
	tx, err := mempool.ParseTransaction([]byte(text))
	require.NoError(t, err)
	return tx
}
`

// testFile is the file of a test, not formatted: who shows it does that. title says which run it is of, why what broke
// there: a line each.
func testFile(layer, title, why, body string) string {
	if body == "" {
		return ""
	}
	code := "// TestFound is " + comment(title) + "\n// " + comment(why) + "\n" +
		"func TestFound(t *testing.T) {\n" + body + "}\n"
	if strings.Contains(body, "parsed(") {
		code += parsed
	}
	var head strings.Builder
	fmt.Fprintf(&head, "package %s\n\nimport (\n", layer)
	for _, i := range imports {
		if strings.Contains(code, i[0]) {
			fmt.Fprintf(&head, "\t%q\n", i[1])
		}
	}
	head.WriteString(")\n\n")
	return head.String() + code
}

// comment is a text as a part of a line.
func comment(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return reason(errors.New(line))
}

// test is the body of a test that makes the calls.
func (e *watchedExecutor) test(calls ...string) string {
	p := e.cfg.Params
	return fmt.Sprintf("params := chain.Params{Difficulty: %d, BlockReward: %d, MaxTransactions: %d}\n"+
		"executor := New(chain.Config{Params: params, Verifier: mempool.ZIP215{}})\n", p.Difficulty, p.BlockReward,
		p.MaxTransactions) + strings.Join(calls, "")
}

// code is a call as a block of a test, on a state of its own.
func code(at position, call, want string) string {
	var text strings.Builder
	text.WriteString("{\ns := chain.NewState()\n")
	for _, c := range at.accounts {
		if c.Account != (chain.Account{}) {
			fmt.Fprintf(&text, "s.SetAccount(%s, chain.Account{Balance: %d, Nonce: %d})\n", account(c.Key),
				c.Account.Balance, c.Account.Nonce)
		}
	}
	if fresh := chain.NewState(); at.number != fresh.Number() || at.hash != fresh.Hash() {
		fmt.Fprintf(&text, "s.Advance(%d, %#v)\n", at.number, at.hash)
	}
	return text.String() + call + want + "}\n"
}

// executes is the call of Execute.
func executes(tx mempool.Transaction) string {
	return fmt.Sprintf("err := executor.Execute(s, %s)\n", payment(tx))
}

// applies is the call of Apply.
func applies(at position, b chain.Block) string {
	parent := "s.Hash()"
	if b.Parent != at.hash {
		parent = fmt.Sprintf("%#v", b.Parent)
	}
	return fmt.Sprintf("b := chain.Block{Number: %d, Nonce: %d, Parent: %s, Coinbase: %s%s}\n"+
		"err := executor.Apply(s, chain.Seal(b))\n", b.Number, b.Nonce, parent, account(b.Coinbase),
		ofBlock(b.Transactions))
}

// ofBlock is the field of a block that has its transactions.
func ofBlock(txs []mempool.Transaction) string {
	if len(txs) == 0 {
		return ""
	}
	return ", Transactions: " + payments(txs)
}

// builds is the call of Build, and what is wanted of it.
func builds(txs []mempool.Transaction, coinbase mempool.PublicKey) string {
	return fmt.Sprintf(`offer := &chaintest.Offer{Txs: %s}
before := s.Changes()
b := executor.Build(s, offer, %[2]s)
require.Equal(t, before, s.Changes(), "Build leaves the accounts as they are")
require.NoError(t, chaintest.Judge(params, s, offer, %[2]s, b))
`, payments(txs), account(coinbase))
}

// wants is what our own answer is, as a test wants it.
func wants(at position, s *chain.State, err error) string {
	if err != nil {
		var names []string
		for _, r := range chaintest.Reasons(err) {
			names = append(names, "chain."+nameOf(r))
		}
		return fmt.Sprintf("require.Equal(t, []error{%s}, chaintest.Reasons(err), \"%%v\", err)\n",
			strings.Join(names, ", "))
	}
	var text strings.Builder
	text.WriteString("require.NoError(t, err)\n")
	for _, key := range at.keys {
		a := s.Account(key)
		fmt.Fprintf(&text, "require.Equal(t, chain.Account{Balance: %d, Nonce: %d}, s.Account(%s), \"account %s\")\n",
			a.Balance, a.Nonce, account(key), mempooltest.NameOf(key))
	}
	if s.Number() != at.number {
		fmt.Fprintf(&text, "require.Equal(t, uint64(%d), s.Number())\nrequire.Equal(t, b.Hash(), s.Hash())\n",
			s.Number())
	}
	return text.String()
}

// names are those of the errors by which a layer refuses.
var names = map[error]string{
	chain.ErrNumber: "ErrNumber", chain.ErrParent: "ErrParent", chain.ErrProofOfWork: "ErrProofOfWork",
	chain.ErrTooManyTransactions: "ErrTooManyTransactions", chain.ErrBadSignature: "ErrBadSignature",
	chain.ErrBadNonce: "ErrBadNonce", chain.ErrBadBalance: "ErrBadBalance", chain.ErrOverflow: "ErrOverflow",
	mempool.ErrMalformed: "ErrMalformed", mempool.ErrBadSignature: "ErrBadSignature", mempool.ErrKnown: "ErrKnown",
	mempool.ErrConflict: "ErrConflict", mempool.ErrSenderFull: "ErrSenderFull",
}

func nameOf(err error) string { return names[err] }

// mostKnown is how many accounts a test can name by their numbers.
const mostKnown = 8

// account is a key in a test.
func account(key mempool.PublicKey) string {
	if n := number(key); n >= 0 {
		return fmt.Sprintf("chaintest.Account(%d)", n)
	}
	return fmt.Sprintf("%#v", key)
}

// number is that of an account; -1 if it has none.
func number(key mempool.PublicKey) int {
	for n := range mostKnown {
		if mempooltest.Account(n) == key {
			return n
		}
	}
	return -1
}

// payment is a transaction in a test of layer 6.
func payment(tx mempool.Transaction) string { return paymentOf(tx, "chaintest") }

func paymentOf(tx mempool.Transaction, suite string) string {
	from, to := number(tx.Sender), number(tx.Recipient)
	if from >= 0 && to >= 0 && mempooltest.Pay(from, to, tx.Nonce, tx.Amount) == tx {
		return fmt.Sprintf("%s.Pay(%d, %d, %d, %d)", suite, from, to, tx.Nonce, tx.Amount)
	}
	return fmt.Sprintf("parsed(t, %q)", tx.Text())
}

// payments is a list of them.
func payments(txs []mempool.Transaction) string { return paymentsOf(txs, "chaintest") }

func paymentsOf(txs []mempool.Transaction, suite string) string {
	if len(txs) == 0 {
		return "nil"
	}
	var text strings.Builder
	text.WriteString("[]mempool.Transaction{\n")
	for _, tx := range txs {
		text.WriteString(paymentOf(tx, suite) + ",\n")
	}
	return text.String() + "}"
}
