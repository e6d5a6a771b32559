package command

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/ledgers"
	"strata/node/process/keyfile"
	"strata/node/process/ledgernode"
)

// payer spends what the faucet's key has, at one node or another.
type payer struct {
	t     *testing.T
	key   ed25519.PrivateKey
	chain ledgers.ChainID
	nonce uint64
}

// pays wants a transfer to be final at a node.
func (p *payer) pays(at ledgernode.Client) {
	p.t.Helper()
	p.nonce++
	op := transferOf(p.chain, p.key, p.nonce, addressOf(p.key))
	require.Eventually(p.t, func() bool {
		o, err := at.Submit(p.t.Context(), op, 10*time.Second)
		require.NoError(p.t, err)
		return o.State == ledgers.Final.String()
	}, patience, 10*time.Millisecond)
}

// Seven processes agree while two at a time are killed, and what was final before is final after.
func TestNode_ValidatorsInSevenProcesses_KillTwoAtATime_VAL10_LED9(t *testing.T) {
	s := newSession(t)
	var addrs []string
	for range 7 {
		addrs = append(addrs, freeAddr(t))
	}
	status, out, errs := s.run(t, "init", "--ledger", "validators", "--member", strings.Join(addrs, ","), "--faucet", "1000000", "--out", "net")
	require.Zero(t, status, errs)
	require.Regexp(t, `^chain [0-9a-f]{64}\nnet/genesis\nnet/faucet.key: the faucet's account [0-9a-f]{64}\nnet/0: member 0 at `+addrs[0], out)
	key, err := keyfile.Read("net/faucet.key")
	require.NoError(t, err)
	p := &payer{t: t, key: key}
	_, err = hex.Decode(p.chain[:], []byte(strings.Fields(out)[1]))
	require.NoError(t, err)
	nodes := make([]*program, 7)
	for i := range nodes {
		nodes[i] = startLedgerNode(t, "validators", i, 7)
	}
	p.pays(apiOf(t, 0))
	for _, killed := range [][]int{{0, 1}, {2, 3}} {
		for _, i := range killed {
			require.NoError(t, nodes[i].cmd.Process.Kill())
			<-nodes[i].exited
		}
		p.pays(apiOf(t, 5))
		for _, i := range killed {
			nodes[i] = startLedgerNode(t, "validators", i, 7)
		}
		p.pays(apiOf(t, killed[1]))
	}
	for i := range nodes {
		require.Eventually(t, func() bool {
			a, err := apiOf(t, i).Account(t.Context(), addressOf(key))
			require.NoError(t, err)
			return a.Next == p.nonce+1
		}, patience, 50*time.Millisecond, "node %d", i)
	}
	for _, n := range nodes {
		n.end(syscall.SIGTERM, 0)
	}
}

// apiOf is the API of a member of net.
func apiOf(t *testing.T, member int) ledgernode.Client {
	t.Helper()
	at, err := ledgerAPI(fmt.Sprintf("net/%d", member))
	require.NoError(t, err)
	return ledgernode.Client{URL: at}
}

// playValidators runs lines of a purse, and gives what it answers.
func playValidators(t *testing.T, s *session, status int, lines string, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	w := s.world(&out, &errs)
	w.In = strings.NewReader(lines)
	require.Equal(t, status, Main(t.Context(), w, append([]string{"play", "validators"}, args...)), errs.String())
	return out.String() + errs.String()
}

// A purse gets money from the faucet, pays, and says what an account has; what cannot be is refused before it is sent.
func TestPlay_Validators_Z44(t *testing.T) {
	s := newSession(t)
	status, own, errs := s.run(t, "keys", "new", "--out", "my.key")
	require.Zero(t, status, errs)
	other := strings.Repeat("ab", 32)
	require.Equal(t, strings.TrimSpace(own)+"\n0 (height 0)\nfinal at height 1\nfinal at height 2\nfinal at height 3\n40 (height 3)\n57 (height 3)\n",
		playValidators(t, s, 0, "key\nbalance\nfaucet 100\npay "+other+" 30\npay "+other+" 10 2\nbalance "+other+"\nbalance\n", "--key", "my.key"))
	require.Contains(t, playValidators(t, s, 0, "help\ntip\n"), "pay KEY AMOUNT [FEE]")
	for line, want := range map[string]string{
		"pay " + other + " 1":  "the account has 0, and this takes 2",
		"pay " + other + " -1": `"-1" is no amount: want 1 to`,
		"pay zz 1":             `"zz" is no key of 64 hex digits`,
		"balance zz":           `"zz" is no key of 64 hex digits`,
		"faucet 1000001":       "amount is 1000001: want 1 to 1000000",
		"pay":                  `"pay" is nothing to say here`,
		"color=blue":           "is nothing to say here",
	} {
		require.Contains(t, playValidators(t, s, 1, line), want)
	}
	require.Contains(t, s.refused(t, "play", "leader", "--key", "my.key"), "--key goes with validators")
	require.Contains(t, s.refused(t, "play", "validators", "--key", "nothing"), "no such file")
}

// A light client names a node that does not answer, asks the next one, and says what is proved.
func TestLight_AsksAndProves_VAL11_Z44(t *testing.T) {
	s := newSession(t)
	status, out, errs := s.run(t, "init", "--ledger", "validators", "--member", freeAddr(t), "--faucet", "1000000", "--out", "net")
	require.Zero(t, status, errs)
	key, err := keyfile.Read("net/faucet.key")
	require.NoError(t, err)
	p := &payer{t: t, key: key}
	_, err = hex.Decode(p.chain[:], []byte(strings.Fields(out)[1]))
	require.NoError(t, err)
	node := startLedgerNode(t, "validators", 0, 1)
	p.pays(apiOf(t, 0))
	api, account := apiOf(t, 0).URL, addressOf(key).String()
	light := func(args ...string) []string {
		return append([]string{"light", "--genesis", "net/genesis", "--api", "http://127.0.0.1:1", "--api", api}, args...)
	}
	status, out, errs = s.run(t, light(account)...)
	require.Zero(t, status, errs)
	require.Regexp(t, `^\d+, next nonce 2: proved by block 1 of 20\d\d-\S+Z, [0-9a-f]{64}\n$`, out)
	require.Contains(t, errs, "http://127.0.0.1:1 is asked no more: ")
	fields := strings.Fields(out)
	status, out, errs = s.run(t, light("--trusted", "1:"+fields[len(fields)-1], strings.Repeat("ab", 32))...)
	require.Zero(t, status, errs)
	require.Contains(t, out, "no account: proved by block 1 of ")
	status, _, errs = s.run(t, light("--trusted", "1:"+account, account)...)
	require.Equal(t, 2, status)
	require.Contains(t, errs, api+" is asked no more: the certificate proves nothing: the header is not the trusted one")
	require.Contains(t, errs, "no node gives an answer that is proved")
	require.Contains(t, s.refused(t, light("--trusted", "0:"+account, account)...), "want HEIGHT:HASH")
	require.Contains(t, s.refused(t, light("zz")...), `"zz" is no key of 64 hex digits`)
	require.Equal(t, "say with --genesis which chain it is", s.refused(t, "light", account))
	require.Contains(t, s.refused(t, "light", "--genesis", "nowhere", account), "--genesis: open nowhere: no such file")
	require.Contains(t, s.refused(t, "light", "--genesis", "net/genesis", account), "say with --api which nodes are asked")
	require.Contains(t, s.refused(t, "light", "--genesis", "net/genesis", "--api", "x", account), "want the URL of a node's API")
	node.end(syscall.SIGTERM, 0)
}
