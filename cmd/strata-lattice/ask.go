package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"strata/node/process/latticenode"
)

// ask asks the API of a node, and prints the answer.
func (w world) ask(ctx context.Context, args []string) error {
	f := w.flags("ask")
	node := f.String("node", "", "`URL` of a node's API")
	data := f.String("data", "", "`DIR` of a node that runs on this machine: with it come its address and its token")
	if err := w.parse(f, args, true); err != nil {
		return err
	}
	if f.NArg() == 0 {
		return errors.New("say which action, such as status, representatives or account_info account=ADDRESS")
	}
	url, err := nodeURL(*node, *data)
	if err != nil {
		return err
	}
	client := latticenode.Client{URL: url}
	if *data != "" {
		if client.Token, err = latticenode.TokenOf(*data); err != nil {
			return err
		}
	}
	fields := map[string]string{"action": f.Arg(0)}
	for _, arg := range f.Args()[1:] {
		name, value, ok := strings.Cut(arg, "=")
		if !ok {
			return fmt.Errorf("%.40q is no field: want FIELD=VALUE", arg)
		}
		fields[name] = value
	}
	var answer json.RawMessage
	if err := client.Ask(ctx, fields, &answer); err != nil {
		return err
	}
	var text bytes.Buffer
	if err := json.Indent(&text, answer, "", "  "); err != nil {
		return err
	}
	_, err = fmt.Fprintln(w.out, text.String())
	return err
}
