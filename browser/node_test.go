package browser

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"strata/wallet"
)

// mining are the flags of a node that finds some blocks a second.
func mining(coinbase string) []string {
	return []string{"--difficulty", "5", "--mine", "--coinbase", coinbase}
}

// Every view loads, in every size and light, and tells of a block when it comes.
func TestNode_Views(t *testing.T) {
	_, miner := keystore(t)
	n := started(t, t.TempDir(), mining(miner)...)
	other := started(t, t.TempDir(), "--difficulty", "5", "--bootstrap", n.addr)
	b := visit(t, n, "", 1280, 900)
	b.heading("Overview")
	height := eval[string](b, "document.querySelector('.facts dd').textContent")
	b.until("the height grows by itself", fmt.Sprintf("document.querySelector('.facts dd').textContent !== %q", height))
	b.until("the other node is a peer", "document.querySelector('#live').textContent.includes('1 peer')")
	for _, view := range []struct{ page, title, wants string }{
		{"chain", "Chain", "document.querySelectorAll('.chain .node').length >= 2"},
		{"blocks", "Blocks", "document.querySelectorAll('tbody tr').length >= 2"},
		{"block/1", "Block 1", "document.querySelector('.entire').textContent.startsWith('00000')"},
		{"mempool", "Mempool", "document.querySelector('main').textContent.includes('0 payments wait')"},
		{"network", "Network", fmt.Sprintf("document.querySelectorAll('.graph circle').length === 2 && document.querySelector('.graph').textContent.includes(%q)", other.addr)},
		{"account/" + miner, "Account", "document.querySelector('.facts').textContent.includes('000')"},
		{"wallet", "Wallet", "document.querySelector('#create') && document.querySelector('#token')"},
		{"nowhere", "No such page", "true"},
		{"", "Overview", "document.querySelectorAll('.chart svg').length === 3 && document.querySelectorAll('.strip .cube').length >= 3"},
	} {
		eval[bool](b, fmt.Sprintf("(location.hash = '#/%s', true)", view.page))
		b.heading(view.title)
		b.until(view.title+" shows what it is for", view.wants)
		shot(t, b, "node-"+view.title)
		b.do(chromedp.EmulateViewport(375, 800))
		require.LessOrEqual(t, eval[int](b, "document.documentElement.scrollWidth"), 375, "%s fits a phone", view.title)
		shot(t, b, "node-phone-"+view.title)
		b.do(chromedp.EmulateViewport(1280, 900))
	}
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}},
	})
	require.NoError(t, err)
	require.Equal(t, "rgb(21, 25, 28)", eval[string](b, "getComputedStyle(document.body).backgroundColor"))
	shot(t, b, "node-dark")
	b.clean()
}

func TestNode_Search(t *testing.T) {
	_, miner := keystore(t)
	n := started(t, t.TempDir(), mining(miner)...)
	b := visit(t, n, "", 1280, 900)
	b.heading("Overview")
	b.until("block 1", "document.querySelector('main').textContent.includes('00000')")
	b.fill("search", "q", "1")
	b.heading("Block 1")
	hash := b.text(".entire")
	b.fill("search", "q", miner)
	b.heading("Account")
	b.fill("search", "q", hash)
	b.heading("Block 1")
	b.fill("search", "q", "<b>nonsense</b>")
	b.until("what to search for", "document.querySelector('#notices').textContent.includes('64 hex digits')")
	// The node answered 404 to the question whether the key is a block's, which the browser logs.
}

// A keystore of the command line is opened in the page, a transaction is signed there, sent, and seen in a block.
func TestNode_SendsAndSeesItMined(t *testing.T) {
	file, miner := keystore(t)
	_, friend := keystore(t)
	n := started(t, t.TempDir(), mining(miner)...)
	b := visit(t, n, "#token="+n.token(), 1280, 900)
	b.heading("Overview")
	require.Equal(t, "#/", eval[string](b, "location.hash"), "the token is out of sight")
	b.until("a first reward", "!document.querySelector('#live').textContent.includes('height 0')")
	eval[bool](b, "(location.hash = '#/wallet', true)")
	b.heading("Wallet")
	b.do(chromedp.SetUploadFiles(chromedp.CSS("#bring [name=file]"), []string{file}))
	b.fill("bring", "password", "wrong horse")
	b.until("the password is refused", "document.querySelector('#bring [role=alert]').textContent.includes('Wrong password')")
	b.openWallet(file)
	shot(t, b, "node-wallet-open")
	for _, amount := range []string{"17", "18"} {
		b.fill("send", "recipient", friend, "amount", amount)
		b.until(amount+" is in a block", fmt.Sprintf(
			"[...document.querySelectorAll('[aria-label=History] tr')].some((row) => row.textContent.includes('−%s') && !row.textContent.includes('waiting'))", amount))
	}
	shot(t, b, "node-wallet-sent")
	eval[bool](b, fmt.Sprintf("(location.hash = '#/account/%s', true)", friend))
	b.heading("Account")
	b.until("the friend has both", "document.querySelector('.facts').textContent.includes('balance35')")
	b.clean()
}

// The answer to a payment is lost: it is kept and paid once, whatever its owner does next.
func TestNode_ALostAnswerIsNoSecondPayment(t *testing.T) {
	file, miner := keystore(t)
	_, friend := keystore(t)
	n := started(t, t.TempDir(), mining(miner)...)
	b := visitWithWallet(t, n, file)
	eval[bool](b, `(window.asked = window.fetch, window.fetch = async (path, options) => {
		if (options?.method !== "POST") return asked(path, options);
		window.fetch = asked;
		await asked(path, options);
		throw new TypeError("the line is cut");
	}, true)`)
	b.fill("send", "recipient", friend, "amount", "17")
	b.until("the page does not know", "document.querySelector('#send [role=alert]').textContent.includes('do not repeat it')")
	b.fill("send", "recipient", friend, "amount", "18")
	b.until("the second is in a block", "[...document.querySelectorAll('[aria-label=History] tr')].some((row) => row.textContent.includes('−18'))")
	eval[bool](b, fmt.Sprintf("(location.hash = '#/account/%s', true)", friend))
	b.heading("Account")
	b.until("the friend has each once", "document.querySelector('.facts').textContent.includes('balance35')")
	b.clean()
}

// A key that the page makes is opened by the command line's code, and by the page again.
func TestNode_MakesAKey(t *testing.T) {
	n := started(t, t.TempDir(), "--difficulty", "5")
	b := visit(t, n, "#/wallet", 1280, 900)
	b.heading("Wallet")
	b.fill("create", "first", password, "second", "another one")
	b.until("they differ", "document.querySelector('#create [role=alert]').textContent.includes('differ')")
	b.fill("create", "first", password, "second", password)
	b.until("the wallet is open", "document.querySelector('#lock')")
	k, err := wallet.Parse([]byte(eval[string](b, "localStorage.getItem('strata-keystore')")))
	require.NoError(t, err)
	_, err = k.Open([]byte(password))
	require.NoError(t, err)
	require.Equal(t, k.Public().String(), b.text(".entire"))

	b.click("#lock")
	b.until("it is locked", "document.querySelector('#unlock')")
	b.do(chromedp.Reload())
	b.heading("Wallet")
	b.fill("unlock", "password", password)
	b.until("it is open again", "document.querySelector('#send')")
	b.clean()
}

// Two nodes that never met find blocks; when they meet, the shorter chain gives way before one's eyes.
func TestNode_Reorganisation(t *testing.T) {
	_, miner := keystore(t)
	short, long := t.TempDir(), t.TempDir()
	mine := func(data string, height int) {
		n := started(t, data, "--difficulty", "6", "--coinbase", miner)
		b := visit(t, n, "#token="+n.token(), 1280, 900)
		b.heading("Overview")
		b.mines(true) // at a block a second: the view of the chain shows the last 40
		b.until("enough blocks", fmt.Sprintf("Number(document.querySelector('.facts dd').textContent) >= %d", height))
		b.mines(false)
		b.do(chromedp.Navigate("about:blank"))
		n.stop()
	}
	mine(short, 2)
	n := started(t, short, "--difficulty", "6")
	b := visit(t, n, "#/chain", 1280, 900)
	b.heading("Chain")
	b.until("the chain", "document.querySelectorAll('.chain .node').length >= 3")
	height := eval[int](b, "Number(document.querySelector('.chain .tip .number').textContent)")
	require.Equal(t, 0, eval[int](b, "document.querySelectorAll('.chain .side').length"))
	mine(long, height+5)
	started(t, long, "--difficulty", "6", "--bootstrap", n.addr)
	b.until("all blocks but the first gave way", fmt.Sprintf("document.querySelectorAll('.chain .undone.side').length === %d", height))
	b.until("the page says so", "document.querySelector('.log').textContent.includes('a reorganisation')")
	shot(t, b, "node-reorganisation")
	b.clean()
}
