package tcphost

import (
	"crypto/ed25519"
	crand "crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"math/big"
	"time"

	"strata/network"
)

// ErrForeign reports a far end that belongs to another chain, or proves no key.
var ErrForeign = errors.New("of another chain")

// ErrInUse reports a directory that another process has.
var ErrInUse = errors.New("another process uses it")

// identity implements network.Identity.
type identity struct{ private ed25519.PrivateKey }

func (id identity) Key() (k network.PublicKey) {
	copy(k[:], id.private.Public().(ed25519.PublicKey))
	return k
}

func (id identity) Sign(message []byte) (s network.Signature) {
	copy(s[:], ed25519.Sign(id.private, message))
	return s
}

// security makes streams of TLS 1.3 on which both ends prove an Ed25519 key and name one chain. There
// is no authority: certificates are signed by the keys that they name, and say nothing else.
type security struct{ config *tls.Config }

// newSecurity makes the certificate of a key. protocol is what ALPN names the chain by.
func newSecurity(key ed25519.PrivateKey, protocol string) (*security, error) {
	if len(protocol) > 255 {
		return nil, fmt.Errorf("tcphost: the chain's name has %d bytes, want at most 255", len(protocol))
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: "strata"},
		NotBefore:    time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), // clocks may be far off
		NotAfter:     time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC),
	}
	der, err := x509.CreateCertificate(crand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("tcphost: certificate: %w", err)
	}
	return &security{&tls.Config{
		Certificates:           []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}},
		MinVersion:             tls.VersionTLS13,
		NextProtos:             []string{protocol},
		ClientAuth:             tls.RequireAnyClientCert,
		InsecureSkipVerify:     true, // there is no authority: verify looks at the certificate itself
		VerifyPeerCertificate:  verify,
		SessionTicketsDisabled: true,
	}}, nil
}

// verify wants one certificate, of an Ed25519 key that has signed it, and valid today.
func verify(certificates [][]byte, _ [][]*x509.Certificate) error {
	if len(certificates) != 1 {
		return fmt.Errorf("%w: %d certificates, want 1", ErrForeign, len(certificates))
	}
	c, err := x509.ParseCertificate(certificates[0])
	if err != nil {
		return fmt.Errorf("%w: %w", ErrForeign, err)
	}
	if _, ok := c.PublicKey.(ed25519.PublicKey); !ok {
		return fmt.Errorf("%w: a certificate with a key of %s, want Ed25519", ErrForeign, c.PublicKeyAlgorithm)
	}
	if now := time.Now(); now.Before(c.NotBefore) || now.After(c.NotAfter) {
		return fmt.Errorf("%w: a certificate that is valid from %s to %s", ErrForeign,
			c.NotBefore.Format(time.DateOnly), c.NotAfter.Format(time.DateOnly))
	}
	if err := c.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature); err != nil {
		return fmt.Errorf("%w: %w", ErrForeign, err)
	}
	return nil
}

// keyOf is the key that the far end has proved in the handshake.
func keyOf(c *tls.Conn) (k network.PublicKey, err error) {
	state := c.ConnectionState()
	if state.NegotiatedProtocol == "" {
		return k, fmt.Errorf("%w: it names no chain", ErrForeign)
	}
	copy(k[:], state.PeerCertificates[0].PublicKey.(ed25519.PublicKey))
	return k, nil
}
