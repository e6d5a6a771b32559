package boundary

import (
	"fmt"

	"strata/network"
)

// farIdentity is the key of the node that has the host: the private half is on the other side.
type farIdentity struct{ host *farHost }

func (o farIdentity) Key() network.PublicKey {
	var text string
	o.host.link.ask(&text, callKey, o.host.ref)
	return network.PublicKey(o.host.link.key(text))
}

func (o farIdentity) Sign(text []byte) (signature network.Signature) {
	l := o.host.link
	var b []byte
	l.ask(&b, callSign, o.host.ref, text)
	if len(b) != len(signature) {
		l.wrongText("a signature", string(b), fmt.Errorf("want %d bytes", len(signature)))
	}
	return network.Signature(b)
}

// provenKey is the key that the far end of a stream has proved to have; empty if it has proved none.
func provenKey(s network.Stream) string {
	key, proved := s.Key()
	if !proved {
		return ""
	}
	return key.String()
}

func (s farStream) Key() (key network.PublicKey, proved bool) {
	var text string
	if s.link.ask(&text, callKey, s.ref); text == "" {
		return key, false
	}
	return network.PublicKey(s.link.key(text)), true
}
