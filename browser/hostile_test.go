package browser

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// originFile is where a data directory says at what place its page is.
const originFile = "api.origin"

// hostileFetch has every text that the node answers end in markup, in letters that run backwards, and in length; and
// makes numbers of texts that are none.
const hostileFetch = `(() => {
	const asked = window.fetch;
	const evil = '"><img src=x onerror="window.pwned=1"><script>window.pwned=1</script>\u202e\u0000' + 'W'.repeat(3000);
	const spoil = (value, name) => {
		if (Array.isArray(value)) return value.map((one) => spoil(one, name));
		if (value && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, spoil(one, key)]));
		return typeof value === 'string' ? evil : value;
	};
	window.fetch = async (path, options) => {
		const answer = await asked(path, options);
		if (!String(path).startsWith('/v1/')) return answer;
		const text = await answer.text();
		return new Response(text ? JSON.stringify(spoil(JSON.parse(text))) : null, {status: answer.status, headers: {Date: 'no date'}});
	};
})()`

// Hostile names in every field are text, break nothing, and widen nothing.
func TestExplorer_HostileNames(t *testing.T) {
	_, miner := keystore(t)
	n := started(t, t.TempDir(), mining(miner)...)
	started(t, t.TempDir(), "--difficulty", "5", "--bootstrap", n.addr)
	b := visit(t, n, "", 1280, 900)
	b.heading("Overview")
	b.until("a peer and blocks", height+" > 3 && document.querySelector('#live').textContent.includes('1 peer')")
	eval[bool](b, hostileFetch+" || true")
	for _, width := range []int64{1280, 390} {
		b.do(chromedp.EmulateViewport(width, 844))
		for _, view := range []string{"", "chain", "blocks", "block/1", "mempool", "network", "account/" + miner, "wallet"} {
			eval[bool](b, "(document.querySelector('#content').replaceChildren(), location.hash = '#/nowhere', true)")
			b.heading("No such page")
			eval[bool](b, fmt.Sprintf("(location.hash = '#/%s', true)", view))
			b.until("the view "+view, "document.querySelector('h1') && document.querySelector('h1').textContent !== 'No such page'")
			require.NotEqual(t, "This did not load", b.text("h1"), view)
			require.Zero(t, eval[int](b, "document.querySelectorAll('main img, main script').length"), view)
			require.LessOrEqual(t, eval[int64](b, "document.documentElement.scrollWidth"), width, "%s: %s", view, eval[string](b, wide))
		}
	}
	require.False(t, eval[bool](b, "'pwned' in window"))
	shot(t, b, "explorer-hostile")
	b.clean()
}

// drawn is what the map of a network is like.
type drawn struct {
	Circles, Labels, Free int
	Overlaps              int
	Wide, High            float64 // parts of the room that the nodes span
	Left                  int
	Took                  float64 // milliseconds
}

// drawNetwork draws a made-up network of so many nodes in the page.
func (b *browser) drawNetwork(nodes, hosts int) drawn {
	b.t.Helper()
	return eval[drawn](b, fmt.Sprintf(`import("/kit/netmap.js").then(async ({networkMap}) => {
		document.querySelector('#drawn')?.remove();
		const place = document.createElement('div');
		place.id = 'drawn';
		place.className = 'graph';
		document.querySelector('main').replaceChildren(place);
		const [n, hosts] = [%d, %d];
		const nodes = Array.from({length: n}, (_, i) => '10.0.' + (i %% hosts) + '.7:' + (4000 + i));
		const links = [];
		for (let i = 1; i < n; i++) for (const step of [1, 7, 31]) if (i - step >= 0) links.push([nodes[i - step], nodes[i]]);
		const began = performance.now();
		const left = networkMap(place)({self: nodes[0], nodes, links});
		const took = performance.now() - began;
		const svg = place.querySelector('svg').getBoundingClientRect();
		const boxes = [...place.querySelectorAll('.peer:not(.crowded) text')].map((text) => text.getBoundingClientRect());
		let overlaps = 0;
		boxes.forEach((a, i) => boxes.slice(i + 1).forEach((c) => { if (a.left < c.right - 1 && c.left < a.right - 1 && a.top < c.bottom - 3 && c.top < a.bottom - 3) overlaps++; }));
		overlaps += boxes.filter((a) => a.left < svg.left || a.right > svg.right || a.top < svg.top - 1 || a.bottom > svg.bottom + 1).length;
		const dots = [...place.querySelectorAll('circle')].map((dot) => dot.getBoundingClientRect());
		const span = (low, high) => Math.max(...dots.map((d) => d[high])) - Math.min(...dots.map((d) => d[low]));
		return {Circles: dots.length, Labels: place.querySelectorAll('text').length, Free: boxes.length, Overlaps: overlaps,
			Wide: span('left', 'right') / svg.width, High: span('top', 'bottom') / svg.height, Left: left, Took: took};
	})`, nodes, hosts))
}

// The drawing of a network uses its room, and its labels can be read: at 5, 20 and 100 nodes all of them, on a phone
// most. Of 10,000 nodes it draws what one can see, in a time that one waits.
func TestExplorer_NetworkOfAnySize(t *testing.T) {
	n := started(t, t.TempDir(), "--difficulty", "5")
	b := visit(t, n, "#/network", 1280, 900)
	b.heading("Network")
	for _, width := range []int{1280, 390} {
		b.do(chromedp.EmulateViewport(int64(width), 844))
		for _, nodes := range []int{1, 2, 5, 20, 100} {
			for _, hosts := range []int{1, nodes} {
				d := b.drawNetwork(nodes, hosts)
				what := fmt.Sprintf("%d nodes at %d hosts, %d pixels: %+v", nodes, hosts, width, d)
				t.Log(what)
				shot(t, b, fmt.Sprintf("network-%d-%d-%d", nodes, hosts, width))
				require.Equal(t, nodes, d.Circles, what)
				require.Zero(t, d.Overlaps, what)
				if nodes >= 5 {
					require.Greater(t, d.Wide, 0.6, what)
					require.Greater(t, d.High, 0.7, what)
				}
				if width == 1280 {
					require.Equal(t, nodes, d.Free, what)
				} else if hosts == 1 {
					require.GreaterOrEqual(t, 10*d.Free, 9*min(nodes, 20), what)
				}
			}
		}
	}
	d := b.drawNetwork(10_000, 200)
	t.Logf("%+v", d)
	require.Equal(t, 300, d.Circles)
	require.Equal(t, 9_700, d.Left)
	require.Zero(t, d.Overlaps)
	require.Less(t, d.Took, 10_000.0)
	b.clean()
}

// A node that is started again is found again, and a page that is open takes in another chain in its place.
func TestExplorer_RestartAndReplacedChain(t *testing.T) {
	_, miner := keystore(t)
	data := t.TempDir()
	n := started(t, data, mining(miner)...)
	b := visit(t, n, "", 1280, 900)
	b.heading("Overview")
	b.until("some blocks", height+" > 5")
	n.stop()
	b.until("the connection is lost", "document.querySelector('#live.lost')")
	shot(t, b, "explorer-lost")
	before := eval[string](b, "document.querySelector('.cube:not(.waiting)').title")
	again := started(t, data, "--difficulty", "5")
	require.Equal(t, n.page, again.page, "the page's place is its data directory's (H10)")
	b.until("it is back", "!document.querySelector('#live.lost') && "+height+" > 5")
	b.until("and said so", "/again/.test(document.querySelector('#news').textContent)")
	again.stop()
	b.until("lost once more", "document.querySelector('#live.lost')")
	origin, err := os.ReadFile(filepath.Join(data, originFile))
	require.NoError(t, err)
	other := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(other, originFile), origin, 0o600))
	replaced := started(t, other, "--difficulty", "5")
	require.Equal(t, n.page, replaced.page)
	b.until("the other chain", height+" === 0")
	b.until("none of the old blocks", fmt.Sprintf("document.querySelectorAll('.cube:not(.waiting)').length === 1 && document.querySelector('.cube:not(.waiting)').title !== %q", before))
	// The browser logs that the node was away.
}

// A clock that jumps in the browser changes ages for as long as it takes to ask the node again.
func TestExplorer_AClockThatJumps(t *testing.T) {
	_, miner := keystore(t)
	n := started(t, t.TempDir(), mining(miner)...)
	b := visit(t, n, "", 1280, 900)
	b.heading("Overview")
	b.until("some blocks", height+" > 3")
	for _, hours := range []int{30, -30} {
		eval[bool](b, fmt.Sprintf("(window.realNow ??= Date.now, Date.now = () => realNow() + %d * 3600e3, true)", hours))
		b.until("ages by the node's clock", `[...document.querySelectorAll('time.age')].length > 3 && [...document.querySelectorAll('.cube time.age')].slice(0, 3).every((age) => /^(just now|[0-9]+ s ago)$/.test(age.textContent))`)
	}
	b.clean()
}

// Storage that is full, or forbidden, is told in words, and nothing is lost: no key is made that is not kept.
func TestExplorer_StorageFullOrForbidden(t *testing.T) {
	n := started(t, t.TempDir(), "--difficulty", "5")
	for name, script := range map[string]string{
		"full":      "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }",
		"forbidden": "for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name, {get() { throw new DOMException('no', 'SecurityError'); }})",
	} {
		b := open(t, 1280, 900)
		b.before(script)
		b.do(chromedp.Navigate(n.page + "/#token=" + n.token()))
		b.heading("Overview")
		b.until("the token is held all the same", "document.querySelector('#mining')")
		b.view("wallet", "Wallet")
		b.fill("create", "first", password, "second", password)
		b.until(name+": it says why", "document.querySelector('#create [role=alert]').textContent.includes('full, or forbidden')")
		require.False(t, eval[bool](b, "!!document.querySelector('#send')"), "no wallet without a key that is kept")
		b.clean()
	}
}

// H10: keys stay with the place of the data directory's page. A key that was made here alone asks for a copy until it has
// one; at another address the page says where the keys are.
func TestExplorer_KeysStayWithTheOrigin_H10(t *testing.T) {
	data := t.TempDir()
	n := started(t, data, "--difficulty", "5")
	b := open(t, 1280, 900)
	b.do(chromedp.Navigate(n.page + "/#/wallet"))
	b.heading("Wallet")
	require.False(t, eval[bool](b, "!!document.querySelector('#elsewhere')"))
	b.fill("create", "first", password, "second", password)
	b.until("it asks for a copy", "document.querySelector('#unsaved')?.textContent.includes('Save a copy')")
	require.Contains(t, b.text("#unsaved"), n.page)
	b.accessible("a key without a copy")
	shot(t, b, "explorer-unsaved")
	key := b.text(".entire")
	b.do(chromedp.Reload())
	b.heading("Wallet")
	b.until("it asks again", "document.querySelector('#unsaved')")
	b.click("#save")
	b.until("it has one", "!document.querySelector('#unsaved')")
	b.do(chromedp.Reload())
	b.heading("Wallet")
	require.False(t, eval[bool](b, "!!document.querySelector('#unsaved')"))

	n.stop()
	n = started(t, data, "--difficulty", "5")
	b.do(chromedp.Navigate(n.page + "/?again#/wallet"))
	b.heading("Wallet")
	require.Equal(t, key, b.text(".entire"), "after a restart the key is there")
	local := "http://localhost" + n.page[len("http://127.0.0.1"):]
	b.do(chromedp.Navigate(local + "/#/wallet"))
	b.heading("Wallet")
	require.Equal(t, n.page+"/#/wallet", eval[string](b, "document.querySelector('#elsewhere a').href"))
	shot(t, b, "explorer-elsewhere")
}
