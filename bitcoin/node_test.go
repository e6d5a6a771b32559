package bitcoin_test

import (
	stdnet "net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/bitcoin"
	"strata/bitcoin/simnet"
)

// A node that does not answer is one line, with what to do, and nobody hangs.
func TestNode_Unreachable_S11(t *testing.T) {
	nobody, err := stdnet.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	nobody.Close()
	silent, err := stdnet.Listen("tcp", "127.0.0.1:0") // takes connections and never answers
	require.NoError(t, err)
	defer silent.Close()
	for _, c := range []struct{ name, host, password, says string }{
		{"nobody listens", nobody.Addr().String(), "simnet", "start btcd there"},
		{"nobody answers", silent.Addr().String(), "simnet", "no answer within 200ms"},
		{"a wrong password", chain.Host, "wrong", "--rpcpass"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := bitcoin.NewNode(bitcoin.NodeConfig{Host: c.host, User: "simnet", Password: c.password, Net: net, Wait: 200 * time.Millisecond})
			defer n.Close()
			_, err := n.Height(t.Context())
			line(t, err, bitcoin.ErrUnreachable, c.host)
			line(t, err, bitcoin.ErrUnreachable, c.says)
			_, err = rich.Transfer(t.Context(), n, address(rich), 1000)
			line(t, err, bitcoin.ErrUnreachable, c.says)
		})
	}
}

// A node asks again after its btcd was away.
func TestNode_ConnectsAgain_S11(t *testing.T) {
	c := simnet.Config{Program: program, Dir: t.TempDir(), Miner: bitcoin.Address(rich.Key.Public(), net)}
	s, err := simnet.Start(t.Context(), c)
	require.NoError(t, err)
	n := s.Node()
	defer n.Close()
	_, err = n.Height(t.Context())
	require.NoError(t, err)
	require.NoError(t, s.Stop())
	_, err = n.Height(t.Context())
	line(t, err, bitcoin.ErrUnreachable, s.Host)
	c.Listen = s.Host
	s, err = simnet.Start(t.Context(), c)
	require.NoError(t, err)
	defer s.Stop()
	_, err = n.Height(t.Context())
	require.NoError(t, err)
}

// A btcd that cannot be started is one line.
func TestSimnet_DoesNotStart_S11(t *testing.T) {
	taken, err := stdnet.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	for _, c := range []struct {
		name   string
		config simnet.Config
		err    error
		says   string
	}{
		{"no btcd", simnet.Config{Program: filepath.Join(t.TempDir(), "btcd"), Dir: t.TempDir()}, simnet.ErrNoBtcd, "make bitcoin builds one"},
		{"no program", simnet.Config{Program: file, Dir: t.TempDir()}, simnet.ErrNoBtcd, "that runs"},
		{"port taken", simnet.Config{Program: program, Dir: t.TempDir(), Listen: taken.Addr().String()}, simnet.ErrPortTaken, taken.Addr().String()},
		{"nowhere to write", simnet.Config{Program: program, Dir: file}, simnet.ErrEnded, "its last line was"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.config.Miner = bitcoin.Address(rich.Key.Public(), net)
			_, err := simnet.Start(t.Context(), c.config)
			line(t, err, c.err, c.says)
		})
	}
}
