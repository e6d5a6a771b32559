package tcphost

import (
	"net"
	"testing"

	"github.com/stretchr/testify/require"
)

// A peer that asks for new keys all the time and takes no answers costs a bounded number of bytes, and its stream.
func TestSealed_AnswersAreBounded(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer ln.Close()
	conn, err := net.Dial("tcp", ln.Addr().String())
	require.NoError(t, err)
	far, err := ln.Accept()
	require.NoError(t, err)
	defer far.Close()
	c := &sealed{TCPConn: conn.(*net.TCPConn)}
	c.collect()
	answer := make([]byte, 1<<10)
	for range maxRecords/len(answer) + 1 {
		_, err = c.Write(answer)
		require.NoError(t, err)
	}
	_, err = c.Write(answer)
	require.ErrorIs(t, err, errNotTaken)
	_, err = conn.Read(answer)
	require.ErrorIs(t, err, net.ErrClosed, "the reader ends, and with it the stream")
}
