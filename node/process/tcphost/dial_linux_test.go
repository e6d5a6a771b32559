package tcphost_test

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/network"
	"strata/node/process/tcphost"
)

// names is a resolver that says what a test wants of a name, and who asked.
type names struct {
	mu     sync.Mutex
	answer func(ctx context.Context) ([]netip.Addr, error)
	asked  []string
}

func (n *names) LookupNetIP(ctx context.Context, _, host string) ([]netip.Addr, error) {
	n.mu.Lock()
	n.asked = append(n.asked, host)
	answer := n.answer
	n.mu.Unlock()
	return answer(ctx)
}

// says has the name mean these addresses from now on.
func (n *names) says(addrs ...string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.answer = func(context.Context) ([]netip.Addr, error) {
		var all []netip.Addr
		for _, a := range addrs {
			all = append(all, netip.MustParseAddr(a))
		}
		return all, nil
	}
}

// world is a host whose names mean what a test says, and one that listens at the same port of several addresses.
type world struct {
	t     *testing.T
	names *names
	loop  *tcphost.Loop
	host  network.Host
	port  string
}

func newWorld(t *testing.T, listen ...string) *world {
	w := &world{t: t, names: &names{}}
	w.loop = tcphost.NewLoop(tcphost.LoopConfig{Resolver: w.names})
	t.Cleanup(w.loop.Close)
	w.host = w.loop.Host("test")
	other, there := newHost(t)
	for _, ip := range listen {
		for tries := 0; ; tries++ {
			if w.port == "" {
				w.port = freePort(t)
			}
			var err error
			other.Do(func() { _, err = there.Listen(network.Addr(net.JoinHostPort(ip, w.port)), func(network.Stream) {}) })
			if err == nil {
				break
			}
			require.Less(t, tries, 5, "%v", err)
			require.Equal(t, listen[0], ip, "%v", err)
			w.port = ""
		}
	}
	return w
}

// freePort is a port that nobody listened at a moment ago, at any address of this machine most likely.
func freePort(t *testing.T) string {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer ln.Close()
	_, port, err := net.SplitHostPort(ln.Addr().String())
	require.NoError(t, err)
	return port
}

// dial dials the name, and tells whom it reached.
func (w *world) dial() (remote string, err error) {
	w.t.Helper()
	type outcome struct {
		remote string
		err    error
	}
	done := make(chan outcome, 1)
	w.loop.Do(func() {
		w.host.Dial(network.Addr("seed.example:"+w.port), func(s network.Stream, err error) {
			o := outcome{err: err}
			if err == nil {
				o.remote, _, _ = net.SplitHostPort(string(s.Remote()))
				s.Close()
			}
			done <- o
		})
	})
	o := await(w.t, done)
	return o.remote, o.err
}

// A name is looked up for each dial: whoever has it may move.
func TestDial_ANameThatChanges(t *testing.T) {
	w := newWorld(t, "127.0.0.1", "127.0.0.2")
	for _, ip := range []string{"127.0.0.1", "127.0.0.2", "127.0.0.1"} {
		w.names.says(ip)
		remote, err := w.dial()
		require.NoError(t, err)
		require.Equal(t, ip, remote)
	}
	require.Equal(t, []string{"seed.example", "seed.example", "seed.example"}, w.names.asked)
}

// Of many addresses the first that answers is taken, and only so many are tried: whoever has the name does not choose
// how many strangers we knock at.
func TestDial_ManyAddresses(t *testing.T) {
	w := newWorld(t, "127.0.0.1")
	w.names.says("127.0.0.3", "127.0.0.4", "127.0.0.3", "127.0.0.1")
	remote, err := w.dial()
	require.NoError(t, err)
	require.Equal(t, "127.0.0.1", remote)
	many := strings.Split(strings.Repeat("127.0.0.3 ", 1000)+"127.0.0.4 127.0.0.5 127.0.0.6 127.0.0.7 127.0.0.8 127.0.0.9 127.0.0.10 127.0.0.1", " ")
	w.names.says(many...)
	_, err = w.dial()
	require.ErrorIs(t, err, network.ErrRefused, "the ninth is not tried")
}

// What nobody can have is not dialled; what is private is, as it is by number. The error says what the name answered.
func TestDial_AnswersThatCannotBe(t *testing.T) {
	w := newWorld(t, "127.0.0.1")
	for want, answer := range map[string][]string{
		"tcphost: lookup seed.example: none of the 0 addresses in the answer can be dialled": nil,
		"tcphost: lookup seed.example: none of the 6 addresses in the answer can be dialled": {
			"0.0.0.0", "::", "::ffff:0.0.0.0", "224.0.0.1", "ff02::1", "255.255.255.255"},
	} {
		w.names.says(answer...)
		_, err := w.dial()
		require.EqualError(t, err, want)
	}
	w.names.says("0.0.0.0", "127.0.0.1")
	remote, err := w.dial()
	require.NoError(t, err)
	require.Equal(t, "127.0.0.1", remote)

	garbage := &net.DNSError{Err: "server misbehaving", Name: "seed.example"}
	w.names.answer = func(context.Context) ([]netip.Addr, error) { return []netip.Addr{{}, {}}, nil }
	_, err = w.dial()
	require.ErrorContains(t, err, "none of the 2 addresses")
	w.names.answer = func(context.Context) ([]netip.Addr, error) { return nil, garbage }
	_, err = w.dial()
	require.EqualError(t, err, "tcphost: lookup seed.example: server misbehaving")
}

// An answer that does not come holds nobody up: the loop goes on, the dial ends with its time, and with its host.
func TestDial_AnAnswerThatDoesNotCome(t *testing.T) {
	w := newWorld(t, "127.0.0.1")
	asked, late := make(chan time.Duration), make(chan error)
	w.names.answer = func(ctx context.Context) ([]netip.Addr, error) {
		deadline, _ := ctx.Deadline()
		asked <- time.Until(deadline)
		select {
		case err := <-late:
			return nil, err
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	failed := make(chan error, 1)
	dial := func() {
		w.host.Dial("seed.example:1", func(_ network.Stream, err error) { failed <- err })
	}
	w.loop.Do(dial)
	require.LessOrEqual(t, await(t, asked), 5*time.Second)
	require.True(t, w.loop.Do(func() { require.Equal(t, 1, w.loop.Usage(w.host).Dials) }), "the loop does not wait")
	late <- context.DeadlineExceeded // the time is up
	require.EqualError(t, await(t, failed), "tcphost: lookup seed.example: no answer within 5s")

	w.loop.Do(dial)
	await(t, asked)
	w.loop.Do(func() { w.loop.CloseHost(w.host) })
	w.loop.Close() // waits for what is under way
	select {
	case err := <-failed:
		require.Fail(t, "no callback after the host has ended", "%v", errors.Join(err))
	default:
	}
}
