package selfcheck

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"

	"strata/harness/course/rules"
	"strata/harness/proof/style"
)

// promise is a scenario.Clause, as a source has it.
type promise struct {
	name, rule, words string
	at                string // "file:line"
}

// sources is what the files of the suites say about promises.
type sources struct {
	promises []promise
	used     map[string]bool // names that stand anywhere but where they are declared
	slips    []string        // what is no promise in a table, each with its place
}

// clauses checks that every promise stands, word for word, in the rule that it names, and that it is needed:
// under one name, and by a check.
func (c *check) clauses() error {
	found, err := promises(os.DirFS(c.opt.Root))
	if err != nil {
		return err
	}
	const table = "declare it in the clauses.go of its suite: name = scenario.Promise(rule, words)"
	for _, slip := range found.slips {
		c.want(false, slip, "a promise that no table has", table)
	}
	names := make(map[string]string)
	for _, p := range found.promises {
		about := p.at + ": " + p.name
		r, known := rules.Find(p.rule)
		c.want(known && stands(p.words, r.Plain()), about, fmt.Sprintf("%q does not stand in %s", p.words, p.rule),
			"take the words from docs/protocol.md or docs/electives.md, without the Markdown marks")
		id := strings.ReplaceAll(p.rule, "-", "")
		c.want(len(p.name) > len(id) && strings.EqualFold(p.name[:len(id)], id), about,
			"the name does not begin with "+id,
			"begin it so: a check that names it names its rule")
		same := p.rule + " " + p.words
		c.want(names[same] == "", about, "it is the same promise as "+names[same], "use that one")
		c.want(found.used[p.name], about, "no check enforces it", "remove it, or write the check")
		names[same] = p.name
	}
	return nil
}

// stands says whether the words stand in the text as they are, from the beginning of a word to the end of one.
func stands(words, text string) bool {
	whole := regexp.MustCompile(`(^|[^\pL\pN])` + regexp.QuoteMeta(words) + `($|[^\pL\pN])`)
	return len(strings.Fields(words)) >= 3 && whole.MatchString(text)
}

// promises reads all sources under a root that are no tests. Solutions and exercises have no checks.
func promises(root fs.FS) (sources, error) {
	found := sources{used: make(map[string]bool)}
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && name != "." && (strings.HasPrefix(d.Name(), ".") ||
			slices.Contains([]string{"testdata", "node_modules", "exercises", "solutions"}, d.Name())) {
			return fs.SkipDir
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		return found.read(name, text)
	})
	return found, err
}

// read reads one file. A promise is made in a variable of a package, of constant text, and nowhere else.
func (f *sources) read(name string, text []byte) error {
	tokens := token.NewFileSet()
	file, err := parser.ParseFile(tokens, name, text, parser.SkipObjectResolution)
	if err != nil {
		return fmt.Errorf("selfcheck: %w", err)
	}
	in := path.Dir(name) == "scenario"
	is := func(e ast.Expr, what string) bool {
		id, alone := e.(*ast.Ident)
		sel, ok := e.(*ast.SelectorExpr)
		return in && alone && id.Name == what ||
			ok && sel.Sel.Name == what && fmt.Sprint(sel.X) == "scenario"
	}
	declared := make(map[ast.Node]bool) // names and calls of tables
	for _, d := range file.Decls {
		list, ok := d.(*ast.GenDecl)
		if !ok || list.Tok != token.VAR {
			continue
		}
		for _, s := range list.Specs {
			spec := s.(*ast.ValueSpec)
			for i, value := range spec.Values {
				call, ok := value.(*ast.CallExpr)
				if !ok || !is(call.Fun, "Promise") || len(call.Args) != 2 {
					continue
				}
				declared[spec.Names[i]], declared[call] = true, true
				f.promises = append(f.promises, promise{spec.Names[i].Name, style.Constant(call.Args[0]),
					style.Constant(call.Args[1]),
					tokens.Position(call.Pos()).String()})
			}
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			if !declared[n] {
				f.used[n.Name] = true
			}
		case *ast.CallExpr:
			if is(n.Fun, "Promise") && !declared[n] {
				f.slips = append(f.slips, tokens.Position(n.Pos()).String())
			}
		case *ast.CompositeLit:
			if is(n.Type, "Clause") && !in {
				f.slips = append(f.slips, tokens.Position(n.Pos()).String())
			}
		}
		return true
	})
	return nil
}
