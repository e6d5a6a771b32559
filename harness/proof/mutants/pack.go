package mutants

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"slices"
)

// pack is the package of a layer, as the operators see it.
type pack struct {
	layer  string
	files  map[string]string
	set    *token.FileSet
	parsed map[string]*ast.File
	fields map[string][]string // of its structs: the names of their fields,
	opens  map[string]place    // and where a first field may stand
}

// place is an offset in a file.
type place struct {
	file string
	at   int
}

// survey reads a package.
func survey(layer string, files map[string]string) (*pack, error) {
	p := &pack{layer: layer, files: files, set: token.NewFileSet(), parsed: make(map[string]*ast.File),
		fields: make(map[string][]string), opens: make(map[string]place)}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		file, err := parser.ParseFile(p.set, name, files[name], parser.SkipObjectResolution)
		if err != nil {
			return nil, fmt.Errorf("mutants: %w", err)
		}
		p.parsed[name] = file
		for _, d := range file.Decls {
			if types, ok := d.(*ast.GenDecl); ok && types.Tok == token.TYPE {
				p.structs(name, types)
			}
		}
	}
	return p, nil
}

// structs notes those that are declared.
func (p *pack) structs(file string, types *ast.GenDecl) {
	for _, s := range types.Specs {
		spec := s.(*ast.TypeSpec)
		if made, ok := spec.Type.(*ast.StructType); ok {
			p.opens[spec.Name.Name] = place{file, p.at(made.Fields.Opening) + 1}
			for _, f := range made.Fields.List {
				for _, n := range f.Names {
					p.fields[spec.Name.Name] = append(p.fields[spec.Name.Name], n.Name)
				}
			}
		}
	}
}

// at is an offset in the file that the position is in.
func (p *pack) at(pos token.Pos) int { return p.set.Position(pos).Offset }

// source is the text of a node of that file.
func (p *pack) source(file string) func(ast.Node) string {
	return func(n ast.Node) string { return p.files[file][p.at(n.Pos()):p.at(n.End())] }
}

// insertion is a text that is put somewhere.
type insertion struct {
	place
	text string
}

// insert makes the insertions, which are at different places.
func (p *pack) insert(all ...insertion) (edits []Edit) {
	slices.SortFunc(all, func(a, b insertion) int { return b.at - a.at }) // from the end, so that offsets stay
	changed := make(map[string]string)
	for _, one := range all {
		text, ok := changed[one.file]
		if !ok {
			text = p.files[one.file]
		}
		changed[one.file] = text[:one.at] + one.text + text[one.at:]
	}
	for _, file := range slices.Sorted(maps.Keys(changed)) {
		edits = append(edits, Edit{File: file, New: changed[file]})
	}
	return edits
}
