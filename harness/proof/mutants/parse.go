package mutants

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"strata/harness/course/checkout"
	"strata/harness/course/rules"
	"strata/harness/course/steps"
)

// Mutant is our solution of one layer, changed; or what the workshop provides around the layers.
type Mutant struct {
	Name  string // "<layer>/<what>"
	Layer string // steps.Whole: provided code is changed
	About string // what it does, in a sentence
	Step  string // the step whose scenarios have to fail; empty: it is right
	Rule  string // the rule that it breaks; empty: it is right
	Edits []Edit

	Mechanical bool   // made by an operator: any failure kills it
	Same       string // why nobody can tell the difference; empty: somebody has to
}

// Edit is one place that is changed.
type Edit struct {
	File string // of provided code: the package, whichever file of it has Old
	Old  string // occurs once in File; empty: New is the whole file
	New  string
}

// Right says whether the mutant is a right solution, written differently.
func (m Mutant) Right() bool { return m.Rule == "" && !m.Mechanical }

// Load reads the bank from the module's root: first the wrong solutions, by layer, then the right
// ones. One error lists every fault of every file.
func Load(root fs.FS) ([]Mutant, error) {
	var all []Mutant
	var faults []error
	for _, dir := range slices.Concat(steps.Written, []string{steps.Whole, "alternatives"}) {
		found, wrong, err := loadDir(root, "harness/proof/mutants", dir)
		if err != nil {
			return nil, err
		}
		all, faults = append(all, found...), append(faults, wrong...)
	}
	return all, errors.Join(faults...)
}

// loadDir reads one directory of a bank: of a layer, or alternatives. It returns the faults of its files apart from
// what kept it from reading them.
func loadDir(root fs.FS, bank, dir string) (all []Mutant, faults []error, err error) {
	files, err := fs.Glob(root, path.Join(bank, dir, "*.txt"))
	if err != nil {
		return nil, nil, fmt.Errorf("mutants: %w", err)
	}
	for _, file := range files {
		text, err := checkout.Read(root, file)
		if err != nil {
			return nil, nil, fmt.Errorf("mutants: %w", err)
		}
		m, err := parse(text)
		name := strings.TrimSuffix(path.Base(file), ".txt")
		m.Layer = dir
		if m.Right() {
			m.Layer, name, _ = strings.Cut(name, "-")
		}
		m.Name = m.Layer + "/" + name
		if err == nil {
			err = m.check(dir)
		}
		if err != nil {
			faults = append(faults, fmt.Errorf("mutants: %s: %w", file, err))
		}
		all = append(all, m)
	}
	return all, faults, nil
}

// section is a line that begins an edit's text.
var section = regexp.MustCompile(`^-- (?:(old|file) (\S+\.(?:go|py|ts)|(?:node|ledgers)(?:/[a-z]+)*)|(new)) --$`)

// parse reads one file of the bank, whose name says the rest.
func parse(text string) (Mutant, error) {
	var m Mutant
	var into *string // the text under way; nil in the head
	for line := range strings.Lines(text) {
		s := section.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
		switch {
		case s == nil && into == nil:
			m.head(strings.TrimSpace(line))
		case s == nil:
			*into += line
		case s[3] != "":
			if len(m.Edits) == 0 || into != &m.Edits[len(m.Edits)-1].Old {
				return m, errors.New("-- new -- stands without the old text before it")
			}
			into = &m.Edits[len(m.Edits)-1].New
		default:
			m.Edits = append(m.Edits, Edit{File: s[2]})
			edit := &m.Edits[len(m.Edits)-1]
			if into = &edit.Old; s[1] == "file" {
				into = &edit.New
			}
		}
	}
	for i := range m.Edits {
		e := &m.Edits[i]
		if e.Old != "" {
			e.Old, e.New = strings.TrimSuffix(e.Old, "\n"), strings.TrimSuffix(e.New, "\n")
		}
	}
	return m, nil
}

// head takes a line from before the edits.
func (m *Mutant) head(line string) {
	switch word, rest, _ := strings.Cut(line, " "); {
	case word == "step":
		m.Step = rest
	case word == "rule":
		m.Rule = rest
	case line != "":
		m.About = strings.TrimSpace(m.About + " " + line)
	}
}

// check says what is wrong with a mutant's head.
func (m Mutant) check(dir string) error {
	step, known := steps.Find(m.Step)
	_, rule := rules.Find(m.Rule)
	switch {
	case m.About == "":
		return errors.New("it does not say what it does: begin with a sentence")
	case len(m.Edits) == 0:
		return errors.New("it changes nothing: add a section -- old <file> -- and one -- new --")
	case dir == "alternatives" && (m.Step != "" || m.Rule != ""):
		return errors.New("a right solution breaks no rule: leave step and rule out, or move it to its layer")
	case dir != "alternatives" && (!known || step.Layer != dir):
		return fmt.Errorf("%q is no step of %s", m.Step, dir)
	case dir != "alternatives" && !rule:
		return fmt.Errorf("%q is no rule of docs/protocol.md", m.Rule)
	}
	return nil
}
