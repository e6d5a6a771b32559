package browser

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"strata/node/process/keyfile"
	"strata/node/process/tcphost"
	"strata/wallet"
)

// nodeBinary is strata-node, built once.
var nodeBinary = sync.OnceValues(func() (string, error) { return built("strata-node") })

// built builds a program, and returns where it is.
func built(name string) (string, error) {
	dir, err := os.MkdirTemp("", name+"-*")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, name)
	build := exec.Command("go", "build", "-o", path, "./cmd/"+name)
	build.Dir = ".." // its module: what a node needs is not what this one needs
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return path, nil
}

// nodeProcess is a running strata-node.
type nodeProcess struct {
	t    *testing.T
	cmd  *exec.Cmd
	addr string // of its peers
	data string
	page string // http://host:port
}

// started starts a node with a data directory of its own, or that of data, and waits for its page.
func started(t *testing.T, data string, args ...string) *nodeProcess {
	t.Helper()
	path, err := nodeBinary()
	require.NoError(t, err)
	return process(t, []string{path}, data, args...)
}

// process starts a program, with the words that make it a node, a place for its peers and its API, and waits for its page.
func process(t *testing.T, program []string, data string, args ...string) *nodeProcess {
	t.Helper()
	addrs, err := tcphost.LoopbackAddrs(1)
	require.NoError(t, err)
	n := &nodeProcess{t: t, addr: string(addrs[0]), data: data}
	fixed := []string{"--listen", n.addr, "--api", "127.0.0.1:0", "--data", data, "--log-level", "error"}
	n.cmd = exec.Command(program[0], slices.Concat(program[1:], fixed, args)...)
	n.cmd.Stderr = os.Stderr
	out, err := n.cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, n.cmd.Start())
	t.Cleanup(n.stop)
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if found := regexp.MustCompile(`http://[0-9.:]+`).FindString(lines.Text()); found != "" {
			n.page = found
			return n
		}
	}
	require.FailNow(t, "the node ended without a page")
	return nil
}

// stop ends the node in good order. Stopping twice does nothing.
func (n *nodeProcess) stop() {
	if n.cmd.ProcessState == nil {
		_ = n.cmd.Process.Signal(syscall.SIGTERM)
		_ = n.cmd.Wait()
	}
}

// token is what the page needs to send.
func (n *nodeProcess) token() string {
	n.t.Helper()
	text, err := os.ReadFile(filepath.Join(n.data, "api.token"))
	require.NoError(n.t, err)
	return strings.TrimSpace(string(text))
}

const password = "correct horse"

// keystore makes a keystore and returns its file and its address. It costs little to open.
func keystore(t *testing.T) (path, address string) {
	t.Helper()
	key, err := keyfile.New()
	require.NoError(t, err)
	k, err := wallet.Seal(key, []byte(password), wallet.KDF{Time: 1, MemoryKiB: 8 << 10, Threads: 1})
	require.NoError(t, err)
	path = filepath.Join(t.TempDir(), "test.wallet")
	require.NoError(t, wallet.Create(path, k))
	return path, k.Public().String()
}

// visit opens a tab on a node's page, and fails the test in the end if it asked any other host for
// anything.
func visit(t *testing.T, n *nodeProcess, fragment string, width, height int64) *browser {
	t.Helper()
	b := open(t, width, height)
	var mu sync.Mutex
	var strangers []string
	require.NoError(t, chromedp.Listen(b.ctx, func(event any) {
		if e, ok := event.(*network.EventRequestWillBeSent); ok && !strings.HasPrefix(e.Request.URL, n.page+"/") && !strings.HasPrefix(e.Request.URL, "blob:") {
			mu.Lock()
			defer mu.Unlock()
			strangers = append(strangers, e.Request.URL)
		}
	}))
	b.do(chromedp.Navigate(n.page + "/" + fragment))
	t.Cleanup(func() {
		mu.Lock()
		defer mu.Unlock()
		require.Empty(t, strangers, "the page asks its node alone")
	})
	return b
}

// until waits until an expression holds in the page.
func (b *browser) until(what, expression string) {
	b.t.Helper()
	held := eval[bool](b, fmt.Sprintf(`new Promise((done) => {
		let left = %d;
		const look = () => { if (%s) done(true); else if (left-- === 0) done(false); else setTimeout(look, 50); };
		look();
	})`, patience/(50*time.Millisecond), expression))
	b.mu.Lock()
	defer b.mu.Unlock()
	require.True(b.t, held, "%s\nthe console: %q\nthe page says: %s", what, b.errors, b.text("body"))
}

// heading waits until a view is shown.
func (b *browser) heading(title string) {
	b.t.Helper()
	b.until("the view "+title, fmt.Sprintf("document.querySelector('h1')?.textContent === %q", title))
}

// fill types into the fields of a form and sends it.
func (b *browser) fill(form string, fields ...string) {
	b.t.Helper()
	for i := 0; i < len(fields); i += 2 {
		eval[bool](b, fmt.Sprintf("(document.querySelector('#%s [name=%s]').value = %q, true)", form, fields[i], fields[i+1]))
	}
	eval[bool](b, fmt.Sprintf("(document.querySelector('#%s').requestSubmit(), true)", form))
}
