package typecheck

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
)

// typeErrors is the first error of a source.
func typeErrors(exports map[string]string, source []byte) error {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, "a.go", source, 0)
	if err != nil {
		return err
	}
	cfg := types.Config{Importer: importer.ForCompiler(set, "gc", lookup(exports))}
	_, err = cfg.Check("strata/exercises/gossip", set, []*ast.File{file}, nil)
	return err
}
