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
	"slices"
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

// mostEntries is how many functions are named where it may be any of them.
const mostEntries = 3

// entries finds the student's functions that a failure is about: of our solution's functions that the step is to write,
// those whose comments name the rule, else the first, where they stand in the submission. Some failures point to no
// line of theirs: what a function returned was wrong, and it had sent nothing.
func (e *Explainer) entries(step steps.Step, rule string) []string {
	l := e.Sub.Layer(step.Layer)
	if l == nil {
		return nil
	}
	about, others := stepFuncs(filepath.Join(e.Root, "solutions", step.Layer), step.ID, rule)
	if places := e.declaredIn(l, about); len(places) > 0 {
		return places[:min(len(places), mostEntries)]
	}
	places := e.declaredIn(l, others)
	return places[:min(len(places), 1)]
}

// declaredIn is where functions of those names are declared in a layer.
func (e *Explainer) declaredIn(l *handin.Layer, names []string) (places []string) {
	for _, name := range names {
		for _, file := range l.Check.Files {
			if line := declared(l.Check.Sources[file], name); line > 0 {
				places = append(places, fmt.Sprintf("%s:%d (%s)", filepath.Join(l.Dir, file), line, name))
			}
		}
	}
	return places
}

// stepFuncs names the functions with a body that the step is to write: those whose comments name the rule, and the
// others.
func stepFuncs(dir, step, rule string) (about, others []string) {
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
	return about, others
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

// place is where in a student's code a failure is about.
type place struct {
	file   string   // "file:line"; empty: unknown
	around []string // it and what belongs to it, in words: calls that led there, or others that may be meant
	guess  string   // why it is that place, if it is a guess
}

// where is the student's place that a failure is about: the line that called when the check failed; the line that did
// what ours does not do; the functions of the step that the rule is about, if something is missing; the line that acted
// last.
func (e *Explainer) where(c *Case, rule string) place {
	failure := c.Result.Failure
	if c.Shrunk != nil {
		failure = c.Shrunk.Run.Failure
	}
	if at := e.located(failure); at != "" {
		if failure.Ending != lab.Panicked {
			return place{file: at}
		}
		return place{at, e.calledAt(lab.Calls(failure.Stack)), ""}
	}
	b := c.Beside
	pure := c.Seen.Case != nil && c.Seen.Case.Layer != "network"
	if b != nil && b.Yours != "" && !pure && len(e.calledAt(b.Calls)) > 0 {
		around := e.calledAt(b.Calls)
		for i, at := range e.calledAt(b.Set) {
			if i == 0 {
				at = "in a timer that was set at " + at
			}
			around = append(around, at)
		}
		return place{e.Sub.Ours(b.Calls[0].At), around, "a guess: here your code does something that ours does not"}
	}
	entries, last := e.entries(c.Step, rule), ""
	if c.Shrunk != nil {
		last = e.Sub.Ours(c.Shrunk.Frame)
	}
	missing := failure.Ending == lab.Unmet || b != nil && b.Yours == ""
	switch {
	case len(entries) > 0 && (missing || last == ""):
		around := slices.Clone(entries)
		for i := range around[1:] {
			around[i+1] = "or " + around[i+1]
		}
		return place{entries[0], around, "a guess: the code of this step that the rule is about; none of your code was running then"}
	case last != "":
		return place{last, nil, "a guess: the line of yours that sent, dialled or closed something last"}
	}
	return place{}
}

// calledAt are the student's calls of a stack, in words.
func (e *Explainer) calledAt(all []lab.Call) []string {
	calls := e.ownCalls(all)
	for i := range calls {
		if i > 0 {
			calls[i] = "called at " + calls[i]
		}
	}
	return calls
}

// ownCalls are those of the student's calls, each with its place.
func (e *Explainer) ownCalls(all []lab.Call) (calls []string) {
	for _, c := range all {
		if at := e.Sub.Ours(c.At); at != "" && len(calls) < mostCalls {
			calls = append(calls, fmt.Sprintf("%s (%s)", at, named(c.Func)))
		}
	}
	return calls
}

// mostCalls is how many calls of a stack are shown.
const mostCalls = 8

// receiver is the type of a method, and what Go calls the functions within a function.
var receiver = regexp.MustCompile(`^\(\*\w+\)\.|\.func[\d.]+$`)

// named is the function of a call, as the student wrote it: without the package's path and the arguments.
func named(call string) string {
	call = call[strings.LastIndex(call, "/")+1:]
	if _, after, ok := strings.Cut(call, "."); ok {
		call = after
	}
	if i := strings.LastIndex(call, "("); i > 0 && strings.HasSuffix(call, ")") {
		call = call[:i] // the arguments, that the text of a stack has
	}
	return receiver.ReplaceAllString(call, "")
}

// OwnFrames keeps, of the text of a stack, the calls of layers, and where in the student's files they are.
func (e *Explainer) OwnFrames(stack string) string {
	var own []string
	for _, c := range lab.Calls(stack) {
		own = append(own, c.Func, "    "+cmp.Or(e.Sub.Ours(c.At), c.At))
	}
	return strings.Join(own, "\n")
}
