package tcphost_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"log/slog"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/network"
	"strata/node/process/tcphost"
)

// reasons hands on what a log says.
type reasons chan string

func (r reasons) Write(line []byte) (int, error) {
	r <- string(line)
	return len(line), nil
}

// certificate is one of a key, which another key may have signed.
func certificate(t *testing.T, key, signer crypto.Signer, from, until time.Time) []byte {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "x"}, NotBefore: from, NotAfter: until}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), signer)
	require.NoError(t, err)
	return der
}

// A far end proves an Ed25519 key by one certificate, which the key has signed itself and which is valid today; any
// other is refused, and the log says why.
func TestTLS_RefusesCertificatesThatProveNothing(t *testing.T) {
	said := make(reasons, 100)
	loop := tcphost.NewLoop(tcphost.LoopConfig{Log: slog.NewTextHandler(said, nil)})
	defer loop.Close()
	host, err := loop.HostOf(tcphost.HostConfig{Protocol: "strata/chain"})
	require.NoError(t, err)
	at := freeAddr(t)
	accepted := make(chan network.Stream, 1)
	loop.Do(func() {
		_, err := host.Listen(at, func(s network.Stream) { accepted <- s })
		require.NoError(t, err)
	})
	_, ed, err := ed25519.GenerateKey(nil)
	require.NoError(t, err)
	_, other, err := ed25519.GenerateKey(nil)
	require.NoError(t, err)
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	now, year := time.Now(), 365*24*time.Hour
	good := certificate(t, ed, ed, now.Add(-year), now.Add(year))
	for _, c := range []struct {
		what  string
		key   crypto.Signer
		chain [][]byte
		want  string // empty: it is accepted
	}{
		{"a good one", ed, [][]byte{good}, ""},
		{"another kind of key", curve, [][]byte{certificate(t, curve, curve, now.Add(-year), now.Add(year))}, "key of ECDSA, want Ed25519"},
		{"expired", ed, [][]byte{certificate(t, ed, ed, now.Add(-2*year), now.Add(-year))}, "valid from"},
		{"not valid yet", ed, [][]byte{certificate(t, ed, ed, now.Add(year), now.Add(2*year))}, "valid from"},
		{"two of them", ed, [][]byte{good, good}, "2 certificates, want 1"},
		{"signed by another key", ed, [][]byte{certificate(t, ed, other, now.Add(-year), now.Add(year))}, "of another chain"},
		{"of another's key", other, [][]byte{good}, "invalid signature"},
	} {
		conn, err := tls.Dial("tcp", string(at), &tls.Config{
			InsecureSkipVerify: true, NextProtos: []string{"strata/chain"}, MinVersion: tls.VersionTLS13,
			Certificates: []tls.Certificate{{Certificate: c.chain, PrivateKey: c.key}},
		})
		if c.want == "" {
			require.NoError(t, err, c.what)
			await(t, accepted)
			conn.Close()
			continue
		}
		require.Contains(t, await(t, said), c.want, c.what)
		if err == nil {
			conn.Close()
		}
		require.Empty(t, accepted, c.what)
	}
}

// A chain's name has room in ALPN for 255 bytes, and no more.
func TestTLS_TheLongestChainName(t *testing.T) {
	loop := tcphost.NewLoop(tcphost.LoopConfig{})
	defer loop.Close()
	_, err := loop.HostOf(tcphost.HostConfig{Protocol: strings.Repeat("x", 255)})
	require.NoError(t, err)
	_, err = loop.HostOf(tcphost.HostConfig{Protocol: strings.Repeat("x", 256)})
	require.EqualError(t, err, "tcphost: the chain's name has 256 bytes, want at most 255")
}
