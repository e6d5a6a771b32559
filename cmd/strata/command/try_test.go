package command

import (
	"context"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/network"
	"strata/solutions"
)

// typing is a user who says the next line when what is shown so far is as wanted.
func (s *session) typing(t *testing.T, args []string, lines ...[2]string) string {
	t.Helper()
	out := &heard{more: make(chan struct{}, 1)}
	world := s.world(nil, nil)
	in, typed := io.Pipe()
	world.In, world.Out, world.Err = in, out, out
	ended := make(chan int)
	go func() { ended <- Main(t.Context(), world, args) }()
	for _, line := range lines {
		out.until(t, 0, regexp.MustCompile(line[0]).MatchString)
		_, err := io.WriteString(typed, line[1]+"\n")
		require.NoError(t, err)
	}
	require.Equal(t, exitOK, <-ended, out.text.String())
	return out.text.String()
}

func TestTry_Network(t *testing.T) {
	text := newSession(t).typing(t, []string{"try", "network"}, [2]string{"connected to ", "hello"}, [2]string{"back: hello", "quit"})
	require.Regexp(t, `(?m)^network of solutions at 127\.`, text)
}

// stuck is a layer 1 whose code does not return when it has something to send, until it is let go.
type stuck struct {
	network.Network
	entered chan<- struct{}
	free    <-chan struct{}
}

func (s stuck) Send(network.ConnID, []byte) error {
	close(s.entered)
	<-s.free
	return network.ErrClosed
}

// The first interrupt ends it, also while the layer's code does not return.
func TestTry_InterruptWhileTheCodeDoesNotReturn(t *testing.T) {
	s := newSession(t)
	entered, free := make(chan struct{}), make(chan struct{})
	defer close(free)
	stack := solutions.Electives()
	ours := stack.NewNetwork
	stack.NewNetwork = func(host network.Host, cfg network.Config) network.Network {
		return stuck{ours(host, cfg), entered, free}
	}
	out := &heard{more: make(chan struct{}, 1)}
	in, typed := io.Pipe()
	world := s.world(nil, nil)
	world.In, world.Out, world.Err, world.Submission = in, out, out, &stack
	ctx, interrupt := context.WithCancel(t.Context())
	ended := make(chan int, 1)
	go func() { ended <- Main(ctx, world, []string{"try", "network"}) }()
	out.until(t, 0, regexp.MustCompile("connected to ").MatchString)
	_, err := io.WriteString(typed, "hello\n")
	require.NoError(t, err)
	<-entered
	interrupt()
	select {
	case status := <-ended:
		require.Equal(t, exitOK, status, out.text.String())
	case <-time.After(patience):
		require.FailNow(t, "it goes on")
	}
}

func TestTry_ChainIsAShell(t *testing.T) {
	text := newSession(t).typing(t, []string{"try", "chain", "--difficulty", quick},
		[2]string{"help` lists", "nonsense"}, [2]string{`there is no "nonsense"`, "balance"}, [2]string{`\n\d+`, "send " + strings.Repeat("0a", 32) + " 0"},
		[2]string{`(?m)^[0-9a-f]{64}$`, "quit"})
	require.Contains(t, text, "chain of solutions at 127.")
}

func TestTry_MempoolDoesNotMine(t *testing.T) {
	text := newSession(t).typing(t, []string{"try", "mempool", "--difficulty", quick}, [2]string{"help` lists", "status"}, [2]string{"transactions that wait", "quit"})
	require.Contains(t, text, "does not mine")
}

func TestTry_Refusals(t *testing.T) {
	s := newSession(t)
	require.Contains(t, s.refused(t, "try", "gosip"), `did you mean "gossip"?`)
	require.Contains(t, s.refused(t, "try", "gossip", "--listen", "x"), "--listen")
	addr := freeAddr(t)
	startNodeAt(t, addr, "--difficulty", quick)
	require.Contains(t, s.refused(t, "try", "chain", "--listen", addr), "address in use; choose another with --listen")
}

// Two processes, each a student's terminal, chat.
func TestTry_TwoProcessesChat(t *testing.T) {
	newSession(t)
	a, b := freeAddr(t), freeAddr(t)
	alice := startTyping(t, "try", "gossip", "--listen", a, "--name", "alice")
	alice.next(alice.out, "it is up", func(line string) bool { return strings.HasPrefix(line, "gossip of solutions at ") })
	bob := startTyping(t, "try", "gossip", "--listen", b, "--bootstrap", a, "--name", "bob")
	alice.next(alice.out, "bob", func(line string) bool { return line == b+" is a peer now" })
	bob.next(bob.out, "alice", func(line string) bool { return line == a+" is a peer now" })
	alice.types("hello")
	bob.next(bob.out, "hello", func(line string) bool { return line == "alice: hello" })
	bob.types("hello yourself")
	alice.next(alice.out, "an answer", func(line string) bool { return line == "bob: hello yourself" })
}

// The picture of docs/desk.md.
func TestTry_Matrix(t *testing.T) {
	a, b, c := network.Addr("192.0.2.10:7001"), network.Addr("192.0.2.11:7001"), network.Addr("192.0.2.12:7001")
	known := map[network.Addr][]network.Addr{c: {b}, b: {a, c}}
	require.Equal(t, []string{
		"3 nodes, 2 links, 1 peer of ours:",
		"     1  2  3",
		`  1  \  ?  ?  192.0.2.10:7001`,
		`  2  #  \  #  192.0.2.11:7001`,
		`  3  .  #  \  192.0.2.12:7001  (this one)`,
	}, matrix(c, known))
}

// The network shows as a page too, whose address is printed; flags of a page where there is none are refused.
func TestTry_Page_I13(t *testing.T) {
	text := newSession(t).typing(t, []string{"try", "p2p", "--page", "--port", "0"}, [2]string{`(?m)^page: http://127\.0\.0\.1:\d+/\?token=\w+$[\s\S]*^p2p of solutions at `, "quit"})
	require.Contains(t, text, "page: ")
	s := newSession(t)
	require.Equal(t, "--page draws the network of p2p, and gossip draws none: leave it out, or try p2p", s.refused(t, "try", "gossip", "--page"))
	require.Equal(t, "--port and --open are about the page: add --page", s.refused(t, "try", "p2p", "--port", "1"))
}
