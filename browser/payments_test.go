package browser

import (
	"fmt"
	"os"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// The page's payments move as those of the command line: in every state, at every event, and at every look.
func TestNode_PaymentsMoveAsTheCommandLines(t *testing.T) {
	n := started(t, t.TempDir(), "--difficulty", "5")
	b := visit(t, n, "", 1280, 900)
	b.heading("Overview")
	moves, err := os.ReadFile("../wallet/testdata/moves.json")
	require.NoError(t, err)
	require.Equal(t, "42 moves", eval[string](b, fmt.Sprintf(`import("/payments.js").then(({after}) => {
		let right = 0;
		for (const [state, events] of Object.entries(%s))
			for (const [event, want] of Object.entries(events)) {
				if (after(state, event) !== want) return state + " " + event + " " + after(state, event);
				right++;
			}
		return right + " moves";
	})`, moves)))
	looks, err := os.ReadFile("../wallet/testdata/looks.json")
	require.NoError(t, err)
	require.Equal(t, "736 looks", eval[string](b, fmt.Sprintf(`import("/payments.js").then(({observe}) => {
		let right = 0;
		for (const look of %s) {
			const payment = {id: "x", nonce: "3", chain: look.chain ?? "", state: look.state, block: look.block ?? null, depth: 0, note: ""};
			const entries = look.where ? {x: look.where === "block" ? {block: 4, hash: "four"} : {}} : {};
			const got = observe(payment, {chain: "here", height: look.height, tip: "tip", nonce: look.passed ? 4n : 3n, entries,
				hashes: {5: look.still ? "five" : "other"}, sure: look.sure ?? false});
			const text = ({state, block, depth, chain}) => JSON.stringify([state, block ?? null, depth ?? 0, chain ?? ""]);
			if (text(got) !== text({state: look.after, block: look.at, depth: look.depth, chain: look.ofChain})) return JSON.stringify([look, got]);
			right++;
		}
		return right + " looks";
	})`, looks)))
	b.clean()
}

// visitWithWallet opens a mining node's page, waits for a first reward, and opens its keystore there.
func visitWithWallet(t *testing.T, n *nodeProcess, file string) *browser {
	t.Helper()
	b := visit(t, n, "#token="+n.token(), 1280, 900)
	b.heading("Overview")
	b.until("a first reward", "!document.querySelector('#live').textContent.includes('height 0')")
	eval[bool](b, "(location.hash = '#/wallet', true)")
	b.heading("Wallet")
	b.openWallet(file)
	return b
}

// openWallet gives the page of the wallet a keystore and its password.
func (b *browser) openWallet(file string) {
	b.t.Helper()
	b.do(chromedp.SetUploadFiles(chromedp.CSS("#bring [name=file]"), []string{file}))
	b.fill("bring", "password", password)
	b.until("the wallet is open", "document.querySelector('#send')")
}

// mines has the node of the page find blocks, or not.
func (b *browser) mines(on bool) {
	b.t.Helper()
	eval[string](b, fmt.Sprintf(`import("/api.js").then((api) => api.post("/v1/mining", {on: %v})).then(() => "done")`, on))
}

// another is a second tab of the same browser, at the same page.
func (b *browser) another(address string) *browser {
	b.t.Helper()
	ctx, cancel := chromedp.NewContext(b.ctx)
	b.t.Cleanup(cancel)
	other := &browser{t: b.t, ctx: ctx}
	require.NoError(b.t, chromedp.Listen(ctx, other.heard))
	other.do(chromedp.Navigate(address))
	return other
}

// H12: two tabs that pay alike at the same time make two payments, as both say.
func TestNode_TwoTabsPayAlike_H12(t *testing.T) {
	file, miner := keystore(t)
	_, friend := keystore(t)
	n := started(t, t.TempDir(), mining(miner)...)
	b := visitWithWallet(t, n, file)
	other := b.another(n.page + "/#token=" + n.token())
	other.heading("Overview")
	eval[bool](other, "(location.hash = '#/wallet', true)")
	other.heading("Wallet")
	other.fill("unlock", "password", password)
	other.until("the wallet is open", "document.querySelector('#send')")
	for _, tab := range []*browser{b, other} { // neither waits for the other
		eval[bool](tab, fmt.Sprintf(`(import("/wallet.js").then((w) => w.send(%q, "17")).then(() => { window.said = "sent"; }, (problem) => { window.said = problem.message; }), true)`, friend))
	}
	for _, tab := range []*browser{b, other} {
		tab.until("an answer", "window.said")
		require.Equal(t, "sent", eval[string](tab, "window.said"))
	}
	eval[bool](b, fmt.Sprintf("(location.hash = '#/account/%s', true)", friend))
	b.heading("Account")
	b.until("the friend has both", "document.querySelector('.facts').textContent.includes('balance34')")
}

// H2: the page does not send what the account has not, and takes back what no block has yet.
func TestNode_RefusesAndCancels_H2(t *testing.T) {
	file, miner := keystore(t)
	_, friend := keystore(t)
	n := started(t, t.TempDir(), mining(miner)...)
	b := visit(t, n, "#token="+n.token(), 1280, 900)
	b.heading("Overview")
	b.until("a first reward", "!document.querySelector('#live').textContent.includes('height 0')")
	b.mines(false)
	eval[bool](b, "(location.hash = '#/wallet', true)")
	b.heading("Wallet")
	b.openWallet(file)
	b.fill("send", "recipient", friend, "amount", "99999999999")
	b.until("it is refused", "document.querySelector('#send [role=alert]').textContent.includes('does not suffice')")
	b.fill("send", "recipient", friend, "amount", "17")
	b.until("it is listed", "document.querySelector('[aria-label=\"Under way\"]')?.textContent.includes('pending')")
	b.click("[aria-label='Under way'] button")
	b.until("nothing takes its place, and the node has it", `[...document.querySelectorAll('[aria-label="Under way"] tbody tr')]
		.some((row) => row.textContent.includes('\u22120') && row.textContent.includes('pending'))`)
	b.mines(true)
	b.until("it is replaced", "document.querySelector('[aria-label=\"Under way\"]').textContent.includes('replaced')")
	require.Equal(t, "0", eval[string](b, fmt.Sprintf(`fetch("/v1/accounts/%s").then((a) => a.json()).then((a) => a.balance)`, friend)))
}
