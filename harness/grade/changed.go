package grade

import (
	"context"
	"fmt"
	"os/exec"
	"slices"
	"strings"

	"strata/harness/grade/handin"
)

// mostChanged is how many changed files are named.
const mostChanged = 6

// changed notes the files outside of exercises/ that are not those of the workshop anymore: whoever grades the
// exercises elsewhere has others. It asks git, of everything since the branch left the one it follows. Where there is
// no git it notes nothing.
func changed(ctx context.Context, root string) []string {
	base := "HEAD"
	if out, err := git(ctx, root, "merge-base", "HEAD", "@{upstream}"); err == nil {
		base = strings.TrimSpace(out)
	}
	out, err := git(ctx, root, "diff", "--name-only", "--no-renames", "-z", "--relative", base, "--", ".",
		":(exclude)exercises")
	if err != nil {
		return nil
	}
	names := slices.DeleteFunc(strings.Split(out, "\x00"), func(name string) bool { return name == "" })
	if len(names) == 0 {
		return nil
	}
	shown := make([]string, 0, mostChanged+1)
	for _, name := range names[:min(len(names), mostChanged)] {
		shown = append(shown, handin.Shown(name))
	}
	if more := len(names) - len(shown); more > 0 {
		shown = append(shown, fmt.Sprintf("%d more", more))
	}
	return []string{fmt.Sprintf("changed outside of exercises: %s; the layers are graded here with these changes, "+
		"and elsewhere without: "+
		"git diff %.12s -- . ':!exercises' shows them", strings.Join(shown, ", "), base)}
}

// git asks git about the workshop, which may belong to another user and have settings of its own.
func git(ctx context.Context, root string, args ...string) (string, error) {
	always := []string{"-c", "safe.directory=*", "-c", "core.fsmonitor=false", "-C", root}
	out, err := exec.CommandContext(ctx, "git", append(always, args...)...).Output()
	return string(out), err
}
