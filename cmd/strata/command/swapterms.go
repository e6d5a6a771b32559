package command

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"strata/ledgers"
	"strata/ledgers/causal/swap"
	"strata/node/process/causalnode"
)

// swapTerms are terms as two people hand them to each other.
type swapTerms struct {
	Hash   string  `json:"hash"`
	A      legText `json:"a"`
	B      legText `json:"b"`
	Margin string  `json:"margin"`
}

// legText is what one pays the other on one ledger.
type legText struct {
	Chain  string `json:"chain"`
	From   string `json:"from"`
	To     string `json:"to"`
	Amount uint64 `json:"amount"`
	Until  uint64 `json:"until"`
	Fast   string `json:"fast"`
	Slow   string `json:"slow"`
}

// file is where the party keeps the terms.
func (f *swapFlags) file() string { return filepath.Join(f.data, "terms.json") }

func (t *swapTerms) text() []byte {
	text, err := json.MarshalIndent(t, "", "  ")
	if err != nil {
		panic("swap: terms that are no JSON: " + err.Error())
	}
	return append(text, '\n')
}

// readTerms reads a file of terms. The error names the file.
func readTerms(file string) (t *swapTerms, terms swap.Terms, err error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, terms, err
	}
	t = &swapTerms{}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err = d.Decode(t); err == nil {
		terms, err = t.terms()
	}
	if err != nil {
		err = fmt.Errorf("%s: these are no terms of a swap: %w", file, err)
	}
	return t, terms, err
}

// terms are what the text says. The error says everything that nobody can agree on.
func (t *swapTerms) terms() (terms swap.Terms, err error) {
	if b, wrong := hex.DecodeString(t.Hash); wrong != nil || copy(terms.Hash[:], b) != 32 || len(b) != 32 {
		err = fmt.Errorf("%.80q is no hash of 64 hex digits", t.Hash)
	}
	for _, l := range []struct {
		text *legText
		leg  *swap.Leg
	}{{&t.A, &terms.A}, {&t.B, &terms.B}} {
		l.leg.Amount, l.leg.Until = l.text.Amount, l.text.Until
		err = errors.Join(err, ledgers.ParseKey(&l.leg.From, l.text.From), ledgers.ParseKey(&l.leg.To, l.text.To),
			parseTime(&l.leg.Fast, l.text.Fast), parseTime(&l.leg.Slow, l.text.Slow))
	}
	if err = errors.Join(err, parseTime(&terms.Margin, t.Margin)); err != nil {
		return terms, err
	}
	return terms, terms.Validate()
}

func parseTime(d *time.Duration, text string) (err error) {
	*d, err = time.ParseDuration(text)
	return err
}

// fits says whether the terms are for a party's two nodes.
func (t *swapTerms) fits(s [2]causalnode.Standing, role swap.Role) error {
	own := [2]string{t.A.From, t.B.To}
	if role == swap.Responder {
		own = [2]string{t.A.To, t.B.From}
	}
	var faults []error
	for i, leg := range []legText{t.A, t.B} {
		name := []string{"A", "B"}[i]
		if leg.Chain != s[i].Chain {
			faults = append(faults, fmt.Errorf("ledger %s of the terms is chain %.80q, and your node is of chain %s", name, leg.Chain, s[i].Chain))
		} else if own[i] != s[i].Key {
			faults = append(faults, fmt.Errorf("the terms are for the key %s on ledger %s, and your node has %s", own[i], name, s[i].Key))
		}
	}
	return errors.Join(faults...)
}
