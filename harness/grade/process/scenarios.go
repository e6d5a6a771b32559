package process

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"strata/harness/sandbox"
)

// extraRoom is the package that an instructor's scenarios take the place of.
const extraRoom = "harness/course/extra"

// ErrScenarios reports scenarios of an instructor that cannot be used. No submission is to blame for it.
var ErrScenarios = errors.New("the scenarios cannot be used")

// layScenarios has the build see the instructor's scenarios.
func (b *Build) layScenarios(replace map[string]string) error {
	if b.Scenarios == nil {
		return nil
	}
	from := filepath.Join(b.Temp, "extra")
	if _, err := os.Lstat(from); err != nil {
		if err := b.Scenarios.Write(from); err != nil {
			return fmt.Errorf("grade: %w", err)
		}
	}
	target := filepath.Join(b.Root, filepath.FromSlash(extraRoom))
	hide(replace, target)
	for name := range b.Scenarios.Files {
		replace[filepath.Join(target, name)] = filepath.Join(from, name)
	}
	return nil
}

// scenarioFaults says what the compiler has against the instructor's scenarios: nil if nothing. The error wraps
// ErrScenarios, or is that of the compiler.
func (b *Build) scenarioFaults(ctx context.Context) error {
	if b.Scenarios == nil {
		return nil
	}
	source := fmt.Sprintf("package %s\n\nimport (\n\t\"strata/ledgers/electives\"\n\t\"strata/scenario\"\n)\n\n"+
		"var _ func(electives.Stack) []scenario.Scenario = Suite\n", b.Scenarios.Package)
	file, overlay := filepath.Join(b.Temp, "the_workshop_wants_Suite.go"), filepath.Join(b.Temp, "scenarios.json")
	if err := os.WriteFile(file, []byte(source), 0o600); err != nil {
		return fmt.Errorf("grade: %w", err)
	}
	wanted := filepath.Join(b.Root, filepath.FromSlash(extraRoom), "the_workshop_wants_Suite.go")
	if err := b.bare().writeOverlay(overlay, map[string]string{wanted: file}); err != nil {
		return err
	}
	end, output, err := b.goBuild(ctx, sandbox.Box{Wall: firstBox.Wall}, nil, "-overlay", overlay, "-o", os.DevNull, "./"+extraRoom)
	if err != nil || end.OK() {
		return err
	}
	var lines []string
	for _, line := range strings.Split(strings.TrimSpace(string(output)), "\n") {
		if strings.HasPrefix(line, "# ") {
			continue
		}
		if _, what, own := strings.Cut(line, "the_workshop_wants_Suite.go"); own {
			_, what, _ = strings.Cut(what, " ")
			line = fmt.Sprintf("%s: %s: want func Suite(stack electives.Stack) []scenario.Scenario", b.Scenarios.Dir, what)
		}
		lines = append(lines, b.Scenarios.Own(line))
	}
	return fmt.Errorf("%w: they do not compile:\n%s", ErrScenarios, strings.Join(lines, "\n"))
}
