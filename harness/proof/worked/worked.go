// Package worked keeps the worked runs of the chapters true: what a chapter shows of a failing grade is what
// the command prints about a wrong solution of the bank. In a page such a block names the solution:
//
//	```text worked gossip/marks-late
//	gossip.2  gossip/cycle
//	    promise ...
//	```
//
// and what it shows of the grade once the mistake is repaired is what the command prints about our own layer:
//
//	```text passed gossip.2
//	$ strata grade --step gossip.2
//	...
//	```
//
// One hand-in has the wrong solution of every layer, for a step is graded with our own layers around it. So one
// build serves all chapters. `go test ./harness/proof/worked -rewrite` writes the blocks again.
package worked

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"strata/harness/proof/mutants"
)

// block is one of a page's: the solution that it names, and what it shows.
var block = regexp.MustCompile("(?ms)^```text worked ([a-z0-9/-]+)\n(.*?)^```$")

// passing is a block that shows how a step passes.
var passing = regexp.MustCompile("(?ms)^```text passed ([a-z0-9.]+)\n(.*?)^```$")

// steps lists the steps that a page shows passing, in order.
func steps(page string) (all []string) {
	for _, m := range passing.FindAllStringSubmatch(page, -1) {
		all = append(all, m[1])
	}
	return all
}

// names lists the solutions that a page names, in order.
func names(page string) (all []string) {
	for _, m := range block.FindAllStringSubmatch(page, -1) {
		all = append(all, m[1])
	}
	return all
}

// fill is the page with what the grader says of each solution that it names, and of each step that passes.
func fill(page string, said map[string]string) string {
	for kind, shown := range map[string]*regexp.Regexp{"worked": block, "passed": passing} {
		page = shown.ReplaceAllStringFunc(page, func(old string) string {
			name := shown.FindStringSubmatch(old)[1]
			return "```text " + kind + " " + name + "\n" + said[name] + "```"
		})
	}
	return page
}

// hand writes the layers of wrong solutions into a directory, and returns the step of each. Error: two are of
// one layer, or one is none of the bank.
func hand(root fs.FS, dir string, names []string) (broken map[string]string, err error) {
	bank, err := mutants.Load(root)
	if err != nil {
		return nil, err
	}
	broken = map[string]string{}
	for _, name := range names {
		found, err := mutants.Bank(bank, nil, []string{name})
		if err != nil {
			return nil, err
		}
		m := found[0]
		files, err := m.Apply(root)
		if err != nil {
			return nil, err
		}
		to := filepath.Join(dir, m.Layer)
		if err := os.Mkdir(to, 0o755); err != nil {
			return nil, fmt.Errorf("worked: %s: %w", name, err)
		}
		for file, text := range files {
			if err := os.WriteFile(filepath.Join(to, file), []byte(text), 0o644); err != nil {
				return nil, fmt.Errorf("worked: %w", err)
			}
		}
		broken[name] = m.Step
	}
	return broken, nil
}

// took is how long a grade took, which is never the same.
var took = regexp.MustCompile(`(?m)^The runs took .*\n| in [0-9.]+ m?s$`)

// whole is the report of a step that passes, below the command, without how long it took.
func whole(step, report string) string {
	return "$ strata grade --step " + step + "\n" + strings.TrimLeft(took.ReplaceAllString(report, ""), "\n")
}

// first is the first failure of a report, as a student sees it in the workshop's own exercises.
func first(report string) string {
	text, _, _ := strings.Cut(strings.TrimLeft(report, "\n"), "\n\n")
	return strings.ReplaceAll(text, " --dir exercises", "") + "\n"
}
