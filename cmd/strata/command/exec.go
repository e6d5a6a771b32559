package command

import (
	"cmp"
	"errors"
	"fmt"
	"os/exec"
	"strings"

	"github.com/spf13/cobra"

	"strata/ledgers/electives"
)

// addExec adds --exec, and --trust, without which no such command is run (C12).
func addExec(cmd *cobra.Command) {
	cmd.Flags().String("exec", "", "run the layers by this `COMMAND`, in any language, such as 'python3 -m workshop'; see docs/boundary.md")
	if cmd.Flags().Lookup("trust") == nil {
		cmd.Flags().Bool("trust", false, "run the command of --exec with your own rights")
	}
}

// errExecLedger is why no command runs the ledger of an elective.
var errExecLedger = errors.New("--exec: a command runs the six layers, and no elective, for no kit has one " +
	"(docs/boundary.md); leave --exec out")

// ledgerStack is what stack is, for the ledger of an elective. Errors: errExecLedger, those of stack.
func (w World) ledgerStack(cmd *cobra.Command, name string) (electives.Stack, error) {
	if words, err := execOf(cmd); err != nil || words != nil {
		return electives.Stack{}, cmp.Or(err, errExecLedger)
	}
	return w.stack(cmd, name)
}

// addSealed adds --sealed.
func addSealed(cmd *cobra.Command, sealed *bool) {
	cmd.Flags().BoolVar(sealed, "sealed", false, "run the layers behind glass, as WebAssembly; see docs/boundary.md")
}

// execOf is the command of --exec in words; nil if there is none. Errors: words in quotes; a command that is not
// there; one that the user does not say to trust.
func execOf(cmd *cobra.Command) ([]string, error) {
	flag := cmd.Flags().Lookup("exec")
	if flag == nil || !flag.Changed {
		return nil, nil
	}
	command := flag.Value.String()
	words := strings.Fields(command)
	switch {
	case len(words) == 0:
		return nil, fmt.Errorf("--exec is empty: want a command such as 'python3 -m workshop'")
	case strings.ContainsAny(command, `'"\`+"`$"):
		return nil, fmt.Errorf("--exec %s: no shell reads it, so it may have no quotes; put what needs them into a script", command)
	}
	path, err := exec.LookPath(words[0])
	if err != nil {
		return nil, fmt.Errorf("--exec %s: %w", command, err)
	}
	if trusted, _ := cmd.Flags().GetBool("trust"); !trusted {
		return nil, fmt.Errorf("--exec %s runs with all your rights, and nothing looks at it first; if you know whose code it is, add --trust", command)
	}
	words[0] = path
	return words, nil
}
