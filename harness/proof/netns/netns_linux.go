package netns

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"strata/harness/proof/needs"
)

// Nets are the namespaces of one test.
type Nets struct {
	t      *testing.T
	prefix string // of the namespaces' names: this process's own
	n      int
}

// netsPrefix begins the names of all of them.
const netsPrefix = "strata-"

// New makes n connected namespaces, and removes them when the test ends, however it does. Where that
// cannot be done it skips.
func New(t *testing.T, n int) *Nets {
	t.Helper()
	needs.Program(t, "apt-get install iproute2", "ip")
	sweep(t)
	w := &Nets{t: t, prefix: fmt.Sprintf("%s%d-", netsPrefix, os.Getpid()), n: n}
	needs.Rights(t, "make network namespaces", ip("netns", "add", w.prefix+"switch"))
	t.Cleanup(func() { removeNets(w.prefix) })
	w.removeOnSignal()
	w.must("-n", w.prefix+"switch", "link", "add", "bridge0", "type", "bridge")
	w.must("-n", w.prefix+"switch", "link", "add", "bridge1", "type", "bridge")
	w.must("-n", w.prefix+"switch", "link", "set", "bridge0", "up")
	w.must("-n", w.prefix+"switch", "link", "set", "bridge1", "up")
	for i := 1; i <= n; i++ {
		name, port := w.name(i), "p"+strconv.Itoa(i)
		w.must("netns", "add", name)
		w.must("-n", w.prefix+"switch", "link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", name)
		w.must("-n", name, "addr", "add", w.IP(i)+"/24", "dev", "eth0")
		w.must("-n", name, "link", "set", "lo", "up")
		w.must("-n", name, "link", "set", "eth0", "up")
		w.must("-n", w.prefix+"switch", "link", "set", port, "up")
		w.Plug(0, i)
	}
	return w
}

func (w *Nets) name(node int) string { return w.prefix + strconv.Itoa(node) }

// IP is the address of a node.
func (w *Nets) IP(node int) string { return "10.77.0." + strconv.Itoa(node) }

// Plug puts nodes on one of the bridges.
func (w *Nets) Plug(bridge int, nodes ...int) {
	w.t.Helper()
	for _, i := range nodes {
		w.must("-n", w.prefix+"switch", "link", "set", "p"+strconv.Itoa(i), "master", "bridge"+strconv.Itoa(bridge))
	}
}

// Impatient makes connections of a node end after about a second without an answer, not a quarter of an hour.
func (w *Nets) Impatient(node int) {
	w.t.Helper()
	w.must("netns", "exec", w.name(node), "sh", "-c", "echo 2 > /proc/sys/net/ipv4/tcp_retries2")
}

// Command is a program that runs in the namespace of a node: `ip` becomes it.
func (w *Nets) Command(node int, path string, args ...string) *exec.Cmd {
	return exec.Command("ip", append([]string{"netns", "exec", w.name(node), path}, args...)...)
}

// Dialer dials from within the namespace of a node: its API is on its own loopback.
func (w *Nets) Dialer(node int) func(ctx context.Context, network, to string) (net.Conn, error) {
	return func(ctx context.Context, network, to string) (conn net.Conn, err error) {
		dialled := make(chan struct{})
		go func() {
			defer close(dialled)
			runtime.LockOSThread() // and never unlocked: the thread ends with this goroutine
			var ns *os.File
			if ns, err = os.Open(filepath.Join("/run/netns", w.name(node))); err != nil {
				return
			}
			defer ns.Close()
			if err = unix.Setns(int(ns.Fd()), unix.CLONE_NEWNET); err == nil {
				conn, err = (&net.Dialer{}).DialContext(ctx, network, to)
			}
		}()
		<-dialled
		return conn, err
	}
}

func (w *Nets) must(args ...string) {
	w.t.Helper()
	require.NoError(w.t, ip(args...))
}

// removeOnSignal removes the namespaces when the user interrupts the test.
func (w *Nets) removeOnSignal() {
	signals, over := make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	w.t.Cleanup(func() { signal.Stop(signals); close(over) })
	go func() {
		select {
		case <-signals:
			removeNets(w.prefix)
			os.Exit(130)
		case <-over:
		}
	}()
}

// ip runs iproute2.
func ip(args ...string) error {
	out, err := exec.Command("ip", args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("ip %s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(string(out)))
	}
	return nil
}

// namespaces lists those whose names begin so.
func namespaces(prefix string) (names []string) {
	out, _ := exec.Command("ip", "netns", "list").Output()
	for line := range strings.Lines(string(out)) {
		if f := strings.Fields(line); len(f) > 0 && strings.HasPrefix(f[0], prefix) {
			names = append(names, f[0])
		}
	}
	return names
}

// removeNets ends what runs in the namespaces and removes them.
func removeNets(prefix string) {
	for _, name := range namespaces(prefix) {
		out, _ := exec.Command("ip", "netns", "pids", name).Output()
		for _, field := range strings.Fields(string(out)) {
			if pid, err := strconv.Atoi(field); err == nil && pid > 1 && pid != os.Getpid() {
				_ = syscall.Kill(pid, syscall.SIGKILL)
			}
		}
		_ = ip("netns", "del", name)
	}
}

// sweep removes what a run left behind that was killed.
func sweep(t *testing.T) {
	for _, name := range namespaces(netsPrefix) {
		text, _, _ := strings.Cut(strings.TrimPrefix(name, netsPrefix), "-")
		pid, err := strconv.Atoi(text)
		if err == nil && syscall.Kill(pid, 0) == syscall.ESRCH {
			t.Logf("removing namespaces of process %d, which is gone", pid)
			removeNets(netsPrefix + text + "-")
		}
	}
}
