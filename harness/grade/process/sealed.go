package process

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"

	"strata/harness/boundary/glass"
	"strata/harness/sandbox"
)

// wasm is the environment of a build of WebAssembly.
var wasm = []string{"GOOS=wasip1", "GOARCH=wasm"}

// layers builds the child, and the student's layers in it or beside it. It returns what the compiler has to say against them,
// nil if they are built.
func (b *Build) layers(ctx context.Context, binary string) (faults []byte, err error) {
	b.Limits.Layer = ""
	if !b.Sealed {
		return b.compile(ctx, nil, "-o", binary, childProgram)
	}
	b.Limits.Glass = filepath.Join(b.Temp, "glass")
	if err := os.MkdirAll(b.Limits.Glass, 0o700); err != nil {
		return nil, fmt.Errorf("grade: %w", err)
	}
	module := glass.Module(b.Limits.Glass)
	offered, err := b.offered()
	if err != nil {
		return nil, err
	}
	faults, err = b.compileFor(ctx, wasm, offered, "-o", module, "-buildmode=c-shared", Guest)
	if err != nil || faults != nil {
		return faults, err
	}
	if err := b.engine(ctx, binary); err != nil {
		return nil, err
	}
	if b.Engine, err = digest(binary); err != nil {
		return nil, err
	}
	if b.Module, err = digest(module); err != nil {
		return nil, err
	}
	kept, name, compiled := b.translated(), b.Engine+"-"+b.Module, glass.Compiled(b.Limits.Glass)
	if kept.take(name, compiled) {
		return nil, nil
	}
	if faults, err = translate(ctx, binary, b.Limits.Glass); err == nil && faults == nil {
		kept.keep(name, compiled)
	}
	return faults, err
}

// coreLayers is the guest's layers.go if it offers the six layers alone: then it is much smaller, and so all that is made of it.
const coreLayers = `package main

import (
	"strata/harness/grade/handles"
	"strata/harness/grade/submission"
	"strata/ledgers/electives"
)

func layers() electives.Stack { return electives.Stack{Stack: handles.Core(submission.Stack())} }
`

// offered are the files that differ in a guest that offers no elective.
func (b *Build) offered() (map[string]string, error) {
	if !b.Core {
		return nil, nil
	}
	file := filepath.Join(b.Temp, "core_layers.go")
	if err := os.WriteFile(file, []byte(coreLayers), 0o600); err != nil {
		return nil, fmt.Errorf("grade: %w", err)
	}
	at := filepath.Join(b.Root, "harness", "grade")
	return map[string]string{
		filepath.Join(at, "guest", "layers.go"):         file,
		filepath.Join(at, "submission", "electives.go"): "",
	}, nil
}

// engine builds the child that runs layers behind glass, which is the same for all.
func (b *Build) engine(ctx context.Context, binary string) error {
	build := func() error { return b.ourChild(ctx, binary) }
	if b.Warm.follows(b) {
		return b.Warm.engine(b, binary, build)
	}
	return build()
}

// digest is the SHA-256 of a file, in hex.
func digest(file string) (string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("grade: %w", err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

// translate has a child make machine code of the module in a directory, so that no other has to. It returns what is wrong with
// the module.
func translate(ctx context.Context, binary, dir string) (faults []byte, err error) {
	cmd := sandbox.Command(box, binary, glass.Translate(dir)...)
	said := &head{most: mostOutput}
	cmd.Stdout, cmd.Stderr = said, said
	cmd.Env = append(os.Environ(), "GOGC=400") // it ends before more garbage is in its way
	end, err := cmd.Run(ctx)
	switch {
	case err != nil && ctx.Err() == nil:
		return nil, fmt.Errorf("grade: the translator %w", err)
	case err != nil || end.OK():
		return nil, err
	}
	return fmt.Appendf(nil, "the layers cannot be made into machine code: %v %s", end, said.String()), nil
}
