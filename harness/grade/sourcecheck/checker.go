package sourcecheck

import (
	"go/ast"
	"go/build"
	"go/build/constraint"
	"go/token"
	"io"
	"path/filepath"
	"slices"
	"strata/harness/course/steps"
	"strconv"
	"strings"
)

// fileName refuses names that Go compiles on some systems only.
func (c *checker) fileName() {
	name := filepath.Base(c.path)
	// On a system of no known name Go leaves out all that is made for one.
	nowhere := build.Context{GOOS: "nowhere", GOARCH: "nowhere", Compiler: "gc",
		OpenFile: func(string) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("package x\n")), nil }}
	if compiled, err := nowhere.MatchFile("", name); err == nil && compiled {
		return
	}
	ending := name[strings.LastIndex(name, "_")+1:]
	c.out.Findings = append(c.out.Findings, Finding{File: c.path,
		Reason: "the file's name ends in _" + strings.TrimSuffix(ending, ".go") +
			", so that Go compiles it on some systems only", Remedy: "rename it"})
}

// packageName refuses a file of another package than the layer's.
func (c *checker) packageName(file *ast.File) {
	if file.Name.Name != c.layer {
		c.refuse(file.Name.Pos(), "the file is of package "+file.Name.Name, "begin it with: package "+c.layer)
	}
}

// comments refuses those that speak to the compiler.
func (c *checker) comments(file *ast.File) {
	for _, group := range file.Comments {
		for _, comment := range group.List {
			text := comment.Text
			switch {
			case constraint.IsGoBuild(text) || constraint.IsPlusBuild(text):
				c.refuse(comment.Pos(), "build constraints are not allowed", "remove the comment")
			case strings.HasPrefix(text, "//go:generate"):
			case strings.HasPrefix(text, "//go:") || strings.HasPrefix(text, "//export ") || strings.HasPrefix(text,
				"#cgo"):
				c.refuse(comment.Pos(), "compiler directives are not allowed", "remove the comment")
			case strings.HasPrefix(text, "//line ") || strings.HasPrefix(text, "/*line "):
				c.refuse(comment.Pos(), "line directives hide where the code is", "remove the comment")
			}
		}
	}
}

// imports refuses what is not on the list of the layer, and notes the names of the rest.
func (c *checker) imports(file *ast.File) {
	for _, spec := range file.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		if remedy := c.importRemedy(path); remedy != "" {
			c.refuse(spec.Pos(), "import of "+strconv.Quote(path)+" is not allowed", remedy)
			continue
		}
		name := nameOf(path)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		if name == "." {
			c.refuse(spec.Pos(), "import of "+strconv.Quote(path)+" into the file's own names is not allowed",
				"import it under its name")
			continue
		}
		c.names[name] = path
	}
}

// nameOf is the package name that an import path ends in.
func nameOf(path string) string {
	parts := strings.Split(path, "/")
	last := parts[len(parts)-1]
	if len(parts) > 1 && len(last) > 1 && last[0] == 'v' && strings.Trim(last[1:], "0123456789") == "" {
		return parts[len(parts)-2]
	}
	return last
}

// importRemedy is empty if the layer may import path, else what to do instead.
func (c *checker) importRemedy(path string) string {
	if allowedStd[path] {
		return ""
	}
	if layer, ok := strings.CutPrefix(path, "strata/"); ok {
		below := steps.Below(c.layer)
		switch {
		case slices.Contains(below, layer):
			return ""
		case slices.Contains(steps.Layers, layer):
			return "a layer does not know those above it: take what you need through a handler"
		}
		return "a layer imports contracts (strata/" + strings.Join(below, ", strata/") +
			") and nothing else of the workshop"
	}
	if remedy := importRemedies[path]; remedy != "" {
		return remedy
	}
	return "use the contracts, the host and these: " + strings.Join(sortedStd, ", ")
}

// inits refuses init functions.
func (c *checker) inits(file *ast.File) {
	for _, decl := range file.Decls {
		if d, ok := decl.(*ast.FuncDecl); ok && d.Recv == nil && d.Name.Name == "init" {
			c.refuse(d.Pos(), "init functions run before there is a node", "do it in New or Start")
		}
	}
}

// node checks one node of the syntax tree.
func (c *checker) node(n ast.Node) bool {
	const callback = "the code of a node runs on one goroutine: use a callback, host.After or host.Offload"
	switch n := n.(type) {
	case *ast.GoStmt:
		c.refuse(n.Pos(), "go statements are not allowed", callback)
	case *ast.SelectStmt:
		c.refuse(n.Pos(), "select is not allowed", callback)
	case *ast.ChanType:
		c.refuse(n.Pos(), "channels are not allowed", callback)
	case *ast.SendStmt:
		c.refuse(n.Pos(), "channels are not allowed", callback)
	case *ast.UnaryExpr:
		if n.Op == token.ARROW {
			c.refuse(n.Pos(), "channels are not allowed", callback)
		}
	case *ast.SelectorExpr:
		if pkg, name := c.selector(n); pkg != "" {
			if remedy := memberRemedy(pkg, name); remedy != "" {
				c.refuse(n.Pos(), nameOf(pkg)+"."+name+" is not allowed", remedy)
			}
		}
	case *ast.CallExpr:
		c.notWritten(n)
		c.addresses(n)
	}
	c.writes(n)
	return true
}

// selector takes pkg.Name apart, where pkg is an import; both are empty if it is something else.
func (c *checker) selector(e ast.Expr) (pkg, name string) {
	s, ok := e.(*ast.SelectorExpr)
	if !ok {
		return "", ""
	}
	x, ok := ast.Unparen(s.X).(*ast.Ident)
	if !ok || x.Obj != nil { // a local variable may have a package's name
		return "", ""
	}
	if pkg = c.names[x.Name]; pkg == "" {
		return "", ""
	}
	return pkg, s.Sel.Name
}

// notWritten notes the step of panic(network.NotWritten("gossip.2")).
func (c *checker) notWritten(call *ast.CallExpr) {
	if f, ok := call.Fun.(*ast.Ident); !ok || f.Name != "panic" || len(call.Args) != 1 {
		return
	}
	inner, ok := call.Args[0].(*ast.CallExpr)
	if !ok || len(inner.Args) != 1 {
		return
	}
	if pkg, name := c.selector(inner.Fun); pkg != "strata/network" || name != "NotWritten" {
		return
	}
	if lit, ok := inner.Args[0].(*ast.BasicLit); ok {
		if step, err := strconv.Unquote(lit.Value); err == nil {
			c.out.Missing = append(c.out.Missing, step)
		}
	}
}
