package browser

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// An account shows what is pending, and later its history by the numbers of blocks; what is copied is the whole address.
func TestExplorer_AccountsPendingAndHistory(t *testing.T) {
	file, miner := keystore(t)
	_, friend := keystore(t)
	n := started(t, t.TempDir(), mining(miner)...)
	b := visitWithWallet(t, n, file)
	b.mines(false)
	b.fill("send", "recipient", friend, "amount", "17")
	b.until("it is pending at the wallet", "document.querySelector('.facts').textContent.includes('pending, out−17')")
	b.view("account/"+friend, "Account")
	b.until("and at the friend's", "document.querySelector('.facts').textContent.includes('balance0pending, in+17once confirmed17')")
	b.accessible("pending amounts")
	shot(t, b, "explorer-pending")
	b.view("mempool", "Mempool")
	b.until("it waits", "document.querySelector('main').textContent.includes('1 payment waits for the next block')")
	b.view("", "Overview")
	b.until("beside the strip as well", "document.querySelector('.cube.waiting').textContent.includes('1 waiting')")
	require.Equal(t, 1, eval[int](b, "document.querySelectorAll('.cube.waiting .level:not(.l0)').length"), "the next block fills up")
	b.mines(true)
	b.view("account/"+friend, "Account")
	b.until("it is in a block", "/^[0-9]+$/.test(document.querySelector('[aria-label=History] tbody td')?.textContent)")
	row := eval[[]string](b, "[...document.querySelectorAll('[aria-label=History] tbody td')].map((cell) => cell.textContent)")
	require.Equal(t, "+17", row[3])
	eval[bool](b, "(Object.defineProperty(navigator, 'clipboard', {value: {writeText: async (text) => { window.copied = text; }}}), true)")
	b.click(".copy")
	b.until("copied", "document.querySelector('.copy').textContent === 'copied'")
	require.Equal(t, friend, eval[string](b, "window.copied"))
	b.click("[aria-label=History] tbody td a")
	b.until("the block of that number", fmt.Sprintf("document.querySelector('h1').textContent === 'Block %s'", row[0]))
	b.until("it says when it came", "document.querySelector('.facts time.age')")
	b.clean()
}

// The charts' past is the node's: a page that is opened anew has it, and a span that was chosen.
func TestExplorer_ThePastOutlivesThePage(t *testing.T) {
	_, miner := keystore(t)
	n := started(t, t.TempDir(), mining(miner)...)
	require.Eventually(t, func() bool {
		b := get(t, n.page+"/v1/history?span=60")
		return len(b) > 0 && b[len(b)-1] > 0
	}, patience, 200*time.Millisecond, "two samples")
	for range 2 {
		b := visit(t, n, "", 1280, 900)
		b.heading("Overview")
		b.until("a curve at once", "document.querySelectorAll('.chart .curve').length === 3")
		require.Regexp(t, `^Blocks a minute: now [\d.\x{202f}]+, at most [\d.\x{202f}]+$`, eval[string](b, "document.querySelectorAll('.chart')[1].getAttribute('aria-label')"))
		b.click(".choice button:last-child")
		b.until("a day", "document.querySelector('.chart').textContent.includes('1 d ago')")
		b.clean()
	}
}

// get is the heights that a node's history has, once it has two.
func get(t *testing.T, url string) []int {
	t.Helper()
	var value struct{ Heights []int }
	answer(t, url, &value)
	if len(value.Heights) < 2 {
		return nil
	}
	return value.Heights
}

// Marks tell apart addresses that differ in one digit, and are the same each time.
func TestExplorer_MarksTellApart(t *testing.T) {
	n := started(t, t.TempDir(), "--difficulty", "5")
	b := visit(t, n, "", 1280, 900)
	b.heading("Overview")
	require.Equal(t, "2000 of 2000, the same again", eval[string](b, `import("/kit/mark.js").then(({fieldsOf, markOf}) => {
		const key = (i) => '0123456789abcdef'.repeat(3) + i.toString(16).padStart(16, '0');
		const seen = new Set(Array.from({length: 2000}, (_, i) => JSON.stringify(fieldsOf(key(i)))));
		const same = markOf(key(7)).outerHTML === markOf(key(7)).outerHTML;
		return seen.size + " of 2000, " + (same ? "the same again" : "another one");
	})`))
	b.clean()
}

// Of a long chain one sees the tip and the forks; what lies between is folded, and no two blocks stand on each other.
func TestKit_ForksAreInTheMiddle(t *testing.T) {
	n := started(t, t.TempDir(), "--difficulty", "5")
	b := visit(t, n, "", 1280, 900)
	b.heading("Overview")
	require.Equal(t, "", eval[string](b, `import("/kit/forks.js").then(({forks, rowsOf, columnsOf, branchesOf}) => {
		const block = (number, on_chain, hash, parent) => ({number, on_chain, hash, parent, received: null});
		const blocks = Array.from({length: 200}, (_, i) => block(i, true, 'm' + i, 'm' + (i - 1)));
		blocks.push(block(50, false, 'a50', 'm49'), block(51, false, 'a51', 'a50'), block(51, false, 'b51', 'a50'), block(120, false, 'c120', 'm119'));
		const wrong = [];
		const is = (what, got, want) => { if (JSON.stringify(got) !== JSON.stringify(want)) wrong.push(what + ': ' + JSON.stringify(got)); };
		const {at, folds} = columnsOf(blocks, 500);
		is('columns', [...at.keys()], [49, 50, 51, 52, 119, 120, 121, 196, 197, 198, 199]);
		is('folds', folds.map(({from, to}) => [from, to]), [[0, 48], [53, 118], [122, 195]]);
		const rows = rowsOf(blocks);
		is('rows', ['m50', 'a50', 'a51', 'b51', 'c120'].map((hash) => rows.get(hash)), [0, 1, 1, 2, 1]);
		is('branches', branchesOf(blocks).map(({from, to, length, hash}) => [from, to, length, hash]).sort(),
			[[120, 120, 1, 'c120'], [50, 51, 2, 'a51'], [50, 51, 2, 'b51']]);
		const places = [...forks({blocks, tip: 'm199', undone: new Set(['a50']), href: () => '#', room: 500}).querySelectorAll('.node')].map((node) => node.getAttribute('transform'));
		is('each block has its place', new Set(places).size, 15);
		is('nothing at all', columnsOf([], 500).folds, []);
		return wrong.join('; ');
	})`))
	b.clean()
}

// Of an update what stays keeps its element, in whatever order; listeners are the new ones, and what the reader opened or
// typed stays.
func TestKit_KeyedUpdates(t *testing.T) {
	n := started(t, t.TempDir(), "--difficulty", "5")
	b := visit(t, n, "", 1280, 900)
	b.heading("Overview")
	require.Equal(t, "", eval[string](b, `Promise.all([import("/kit/keyed.js"), import("/kit/dom.js")]).then(([{show}, {h, s}]) => {
		const place = document.createElement('div');
		const wrong = [];
		const is = (what, right) => { if (!right) wrong.push(what); };
		let said = '';
		const item = (key, text, more = {}) => h('p', {key, class: text, onclick: () => { said = text; }, ...more}, h('b', {}, text));
		show(place, item('a', 'one'), item('b', 'two'), h('input', {key: 'i'}), h('details', {key: 'd'}, h('summary', {}, 'more')));
		const [a, two, input, details] = place.children;
		const text = a.firstChild.firstChild;
		input.value = 'typed';
		details.open = true;
		show(place, item('c', 'new'), item('b', 'two!', {title: 'now'}), h('input', {key: 'i'}), h('details', {key: 'd'}, h('summary', {}, 'less')), item('a', 'one'));
		is('order', [...place.children].map((child) => child.dataset.key).join('') === 'cbida');
		is('the same elements', place.children[4] === a && place.children[1] === two && place.children[2] === input);
		is('the same text', a.firstChild.firstChild === text);
		is('new text', two.textContent === 'two!' && two.title === 'now' && two.className === 'two!');
		is('typed', input.value === 'typed');
		is('open', details.open && details.textContent === 'less');
		two.click();
		is('the new listener', said === 'two!');
		show(place, h('p', {key: 'b'}, 'no listener'));
		is('no listener', place.children[0] === two && two.onclick === null && !two.title && place.children.length === 1);
		show(place, 'text', s('svg', {key: 'b'}));
		is('another kind of element', place.lastChild.nodeName === 'svg' && place.firstChild.data === 'text');
		show(place, h('i', {key: 'x'}), h('i', {key: 'x'}), null, false);
		is('twice the same key', place.children.length === 2);
		show(place);
		is('nothing', place.childNodes.length === 0);
		return wrong.join(', ');
	})`))
	b.clean()
}
