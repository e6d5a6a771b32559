package explain

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"strata/harness/course/steps"
	"strata/harness/grade/handin"
	"strata/harness/lab"
)

// funcLine is the first line of a declared function or method.
var funcLine = regexp.MustCompile(`^func (?:\([^)]*\) )?(\w+)\(`)

// inLayer is a call in the text of a Go stack: of a function of a layer, or of one inside it.
var inLayer = regexp.MustCompile(`^strata/(?:exercises|solutions)/\w+\.(?:\(\*\w+\)\.|\w+\.)?(\w+)`)

// located is the student's line in a failure. For the compiler, some instructions of a loop without a
// body stand on line 1 of its file, and which one a process was stopped at is chance: then it is the line
// of the function's loop without end, or the function if that is not known.
func (e *Explainer) located(f *lab.Failure) string {
	at := e.Sub.Ours(f.Frame)
	file, ok := strings.CutSuffix(at, ":1")
	if !ok {
		return at
	}
	source := e.Sub.Layer(handin.LayerOf(f.Frame)).Check.Sources[filepath.Base(file)]
	stack := strings.Split(f.Stack, "\n")
	for i, line := range stack[:len(stack)-1] {
		m := inLayer.FindStringSubmatch(line)
		if m == nil || !strings.Contains(stack[i+1], "/"+f.Frame) {
			continue
		}
		if found := declared(source, m[1]); found > 0 {
			if loop := endlessLoop(source, found); loop > 0 {
				return fmt.Sprintf("%s:%d", file, loop)
			}
			return fmt.Sprintf("%s:%d (%s)", file, found, m[1])
		}
	}
	return at
}

// endlessLoop is the line of the only loop without a condition in the function that is declared on that
// line; 0 if there are none or several.
func endlessLoop(source []byte, declared int) (line int) {
	files := token.NewFileSet()
	parsed, err := parser.ParseFile(files, "", source, parser.SkipObjectResolution)
	if err != nil {
		return 0
	}
	var loops []int
	for _, d := range parsed.Decls {
		if files.Position(d.Pos()).Line != declared {
			continue
		}
		ast.Inspect(d, func(n ast.Node) bool {
			if loop, ok := n.(*ast.ForStmt); ok && loop.Cond == nil {
				loops = append(loops, files.Position(loop.Pos()).Line)
			}
			return true
		})
	}
	if len(loops) != 1 {
		return 0
	}
	return loops[0]
}

// entry finds the student's function that a failure is about: of our solution's functions that the step
// is to write, the first whose comment names the rule, else the first, where it stands in the
// submission. Some failures point to no line of theirs: what a function returned was wrong, and it had
// sent nothing.
func (e *Explainer) entry(step steps.Step, rule string) string {
	l := e.Sub.Layer(step.Layer)
	if l == nil {
		return ""
	}
	for _, name := range stepFuncs(filepath.Join(e.Root, "solutions", step.Layer), step.ID, rule) {
		for _, file := range l.Check.Files {
			if line := declared(l.Check.Sources[file], name); line > 0 {
				return fmt.Sprintf("%s:%d (%s)", filepath.Join(l.Dir, file), line, name)
			}
		}
	}
	return ""
}

// stepFuncs names the functions with a body that the step is to write, first those whose comments name
// the rule.
func stepFuncs(dir, step, rule string) []string {
	var about, others []string
	for _, file := range handin.GoFiles(dir) {
		name, comment := "", ""
		text, _ := os.ReadFile(filepath.Join(dir, file)) // ours; if it cannot be read, there is nothing to point to
		for line := range strings.SplitSeq(string(text), "\n") {
			switch m := funcLine.FindStringSubmatch(line); {
			case m != nil:
				name = m[1]
			case strings.HasPrefix(line, "//"):
				comment += line + "\n"
			case strings.TrimSpace(line) == "//strata:begin "+step && mentions(comment, rule):
				about = append(about, name)
			case strings.TrimSpace(line) == "//strata:begin "+step:
				others = append(others, name)
			case line == "":
				comment = ""
			}
		}
	}
	return append(about, others...)
}

// mentions says whether a comment names the rule: one about GSP-11 does not name GSP-1.
func mentions(comment, rule string) bool {
	return rule != "" && regexp.MustCompile(regexp.QuoteMeta(rule)+`\b`).MatchString(comment)
}

// declared is the line on which a source declares a function; 0 if it does not.
func declared(source []byte, name string) int {
	for i, line := range strings.Split(string(source), "\n") {
		if m := funcLine.FindStringSubmatch(line); m != nil && m[1] == name {
			return i + 1
		}
	}
	return 0
}

// OwnFrames keeps, of the text of a stack, the calls of layers, and where in the student's files they are.
func (e *Explainer) OwnFrames(stack string) string {
	var own []string
	for _, c := range lab.Calls(stack) {
		own = append(own, c.Func, "    "+cmp.Or(e.Sub.Ours(c.At), c.At))
	}
	return strings.Join(own, "\n")
}
