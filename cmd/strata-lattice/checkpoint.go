package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"strata/ledgers/lattice"
	"strata/node/process/atomicfile"
	"strata/node/process/latticenode"
)

// checkpoint prints where a node stands.
func (w world) checkpoint(ctx context.Context, args []string) error {
	f := w.flags("checkpoint")
	node := f.String("node", "", "`URL` of a node's API")
	data := f.String("data", "", "`DIR` of a node that runs on this machine")
	if err := w.parse(f, args, false); err != nil {
		return err
	}
	url, err := nodeURL(*node, *data)
	if err != nil {
		return err
	}
	text, err := latticenode.Client{URL: url}.Checkpoint(ctx)
	if err == nil {
		_, err = fmt.Fprint(w.out, text)
	}
	return err
}

// checkpointMake writes a checkpoint that one node has signed.
func (w world) checkpointMake(ctx context.Context, args []string) error {
	f := w.flags("checkpoint make")
	data := f.String("data", "", "`DIR` of a node that runs on this machine")
	out := f.String("out", "", "the `FILE` to write")
	if err := w.parse(f, args, false); err != nil {
		return err
	}
	d, client, err := ownNode(*data)
	if err != nil {
		return err
	}
	if *out == "" {
		return errors.New("say with --out which file to write")
	}
	s, err := client.MakeCheckpoint(ctx)
	if err != nil {
		return err
	}
	if err := atomicfile.Create(*out, s.Encode()); err != nil {
		return err
	}
	return w.tellSigned(d, s)
}

// checkpointSign has a node sign a checkpoint that lies in a file, beside those who have.
func (w world) checkpointSign(ctx context.Context, args []string) error {
	f := w.flags("checkpoint sign")
	data := f.String("data", "", "`DIR` of a node that runs on this machine")
	file := f.String("file", "", "the checkpoint's `FILE`")
	if err := w.parse(f, args, false); err != nil {
		return err
	}
	d, client, err := ownNode(*data)
	if err != nil {
		return err
	}
	if *file == "" {
		return errors.New("say with --file which checkpoint to sign")
	}
	s, err := latticenode.ReadSigned(*file)
	if err != nil {
		return err
	}
	if s, err = signed(ctx, client, s); err != nil {
		return fmt.Errorf("%s: %w", *file, err)
	}
	if err := atomicfile.Replace(*file, s.Encode()); err != nil {
		return err
	}
	return w.tellSigned(d, s)
}

// catchUp is how long a node has to come to where a checkpoint is.
const catchUp = 10 * time.Second

// signed is the checkpoint, signed by the node too, once it has cemented as much.
func signed(ctx context.Context, client latticenode.Client, s *lattice.SignedCut) (*lattice.SignedCut, error) {
	for until := time.Now().Add(catchUp); ; {
		more, err := client.SignCheckpoint(ctx, s)
		var known latticenode.Known
		if !errors.As(err, &known) || known.Name != latticenode.NotHere || time.Now().After(until) {
			return more, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(catchUp / 20):
		}
	}
}

// ownNode is a node that runs on this machine, with a client of its API that has the token.
func ownNode(data string) (d latticenode.Directory, c latticenode.Client, err error) {
	if data == "" {
		return d, c, errors.New("say with --data which node signs")
	}
	if d, err = latticenode.Open(data); err != nil {
		return d, c, err
	}
	if c.URL, err = latticenode.APIOf(data); err != nil {
		return d, c, err
	}
	c.Token, err = latticenode.TokenOf(data)
	return d, c, err
}

// tellSigned prints the root of a checkpoint, and how far it is signed.
func (w world) tellSigned(d latticenode.Directory, s *lattice.SignedCut) error {
	signed, err := s.Signed()
	if err != nil {
		return err
	}
	need := s.Need(&d.Genesis)
	enough := "enough"
	if signed.Cmp(need) < 0 {
		enough = "not enough yet"
	}
	_, err = fmt.Fprintf(w.out, "root %x\n%d blocks of %d accounts\nsigned by %d, of weight %s; it takes %s: %s\n", s.Root(), s.Blocks(),
		len(s.Heads), len(s.Signatures), signed, need, enough)
	return err
}
