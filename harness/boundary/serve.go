//go:build !wasip1

package boundary

import (
	"encoding/json"
	"io"

	"strata/ledgers/causal"
	"strata/ledgers/electives"
	"strata/ledgers/leader"
	"strata/ledgers/validators"
)

// Serve speaks for layers in Go as a process does for layers in any language, until nobody calls any longer. The layers
// print nothing on out. With form "cbor" messages are frames of CBOR; with none they are lines of JSON.
func Serve(layers electives.Stack, in io.Reader, out io.Writer, form string) error {
	hello := greeting{Strata: Version, Form: form, Draws: true, Owns: true}
	if layers.NewLeader != nil {
		hello.Electives = append(hello.Electives, leader.Name)
	}
	if layers.NewValidators != nil {
		hello.Electives = append(hello.Electives, validators.Name)
	}
	if layers.NewCausal != nil {
		hello.Electives = append(hello.Electives, causal.Name)
	}
	line, err := json.Marshal(hello)
	if err != nil {
		return err
	}
	if _, err := out.Write(append(line, '\n')); err != nil {
		return err
	}
	s := newStdio(in, out)
	l, err := s.link(hello)
	if err != nil {
		return err
	}
	l.factory = &factory{layers: layers}
	for {
		m, err := s.read(l)
		if err != nil {
			return nil // nobody calls any longer
		}
		s.send(l, l.respond(m))
	}
}
