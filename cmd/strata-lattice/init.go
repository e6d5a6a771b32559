package main

import (
	"context"
	"errors"

	"strata/node/process/latticenode"
)

func (w world) init(_ context.Context, args []string) error {
	f := w.flags("init")
	o := latticenode.NewNetwork{}
	var holders list
	f.StringVar(&o.Out, "out", "", "the `DIR` to make")
	f.IntVar(&o.Nodes, "nodes", 0, "how many nodes get a directory: OUT/0, OUT/1 and so on")
	f.Var(&holders, "holder", "`ADDRESS`, or ADDRESS=UNITS, that has money from the beginning; may be repeated. Node 0 represents the first, node 1 the second")
	f.IntVar(&o.Least, "least", latticenode.DefaultLeast, "thousandths of the supply of which more than two thirds decide, at least")
	f.StringVar(&o.SendWork, "send-work", latticenode.DefaultSendWork, "threshold of work of a send, 16 hex digits")
	f.StringVar(&o.ReceiveWork, "receive-work", latticenode.DefaultReceiveWork, "threshold of work of a receive, 16 hex digits")
	f.StringVar(&o.Genesis, "genesis", "", "an existing genesis `FILE`: make one directory, OUT, for it")
	f.StringVar(&o.Key, "key", "", "with --genesis: the node's key `FILE`; without it one is made")
	f.StringVar(&o.Checkpoint, "checkpoint", "", "with --genesis: a signed checkpoint `FILE` that the node begins with")
	f.StringVar(&o.Root, "root", "", "the root, in `HEX`, that the checkpoint has to have")
	if err := w.parse(f, args, false); err != nil {
		return err
	}
	if o.Out == "" {
		return errors.New("say with --out which directory to make")
	}
	o.Holders = holders
	return o.Make(w.out)
}
