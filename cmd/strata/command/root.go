package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"strata/ledgers/electives"
	"strata/node/process/daemon"
	"strata/wallet"
)

// World is what the commands touch of the process they run in.
type World struct {
	Out, Err  io.Writer
	In        io.Reader // what the user types; nil: nothing
	LookupEnv func(name string) (value string, ok bool)
	Environ   func() []string // all of them, as NAME=value; nil: they are not looked through

	// Probe is a harmless program with its arguments, with which doctor tries the sandbox; nil: it does not.
	Probe []string

	// Browse opens a file or an address in the user's browser; nil: there is none.
	Browse func(place string) error

	// Workshop is the archive of the workshop that this strata carries; nil: none.
	Workshop func() []byte

	// Exec becomes another program; it returns only if that cannot be done.
	Exec func(path string, argv, environ []string) error

	// Submission is the stack of the student's layers, in the child that links them; else nil.
	Submission *electives.Stack

	// KDF is what a new keystore costs to open; the zero value means wallet.DefaultKDF.
	KDF wallet.KDF

	args []string // of this call of Main, for the child
}

// Process is the world of the process itself.
func Process() World {
	w := World{
		Out: os.Stdout, Err: os.Stderr, In: os.Stdin, LookupEnv: os.LookupEnv, Environ: os.Environ, Exec: syscall.Exec,
		Browse: browse,
	}
	if self, err := os.Executable(); err == nil {
		w.Probe = []string{self, "version"}
	}
	return w
}

// The exit statuses.
const (
	exitOK = 0 // all is well
	exitNo = 1 // the command ran, and the answer is no
	exitIn = 2 // the command could not run as asked
)

// errAnswerNo ends a command that ran with status 1; what there is to say has been printed.
var errAnswerNo = errors.New("the answer is no")

// verbatim is an error whose text is shown as it is: a compiler's own messages.
type verbatim string

// Error is the whole text.
func (v verbatim) Error() string { return string(v) }

// Main runs the command that args ask for, until it is done or ctx is, and returns the exit status.
func Main(ctx context.Context, w World, args []string) int {
	w.args = args
	root := newRoot(w)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	if errors.Is(err, errAnswerNo) {
		return exitNo
	}
	if errors.Is(err, context.Canceled) && ctx.Err() != nil {
		err = errors.New("interrupted")
	}
	var raw verbatim
	if errors.As(err, &raw) {
		fmt.Fprintln(w.Err, strings.TrimRight(string(raw), "\n"))
		return exitIn
	}
	fmt.Fprintln(w.Err, "strata: "+oneLine(err.Error()))
	return exitIn
}

// oneLine joins the lines of a text: joined errors have one each.
func oneLine(text string) string {
	lines := strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' })
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return strings.Join(lines, "; ")
}

// Root is the tree of all commands, in the world of this process.
func Root() *cobra.Command { return newRoot(Process()) }

func newRoot(w World) *cobra.Command {
	root := &cobra.Command{
		Use:   "strata",
		Short: "Build a chain one layer at a time, and grade it",
		Long: `Strata is a workshop. You write a decentralized system in six layers, a simulated network
grades each of them, and the same code runs on real TCP as a chain.

Settings come from flags, then from the environment (--max-peers is STRATA_MAX_PEERS), then from
strata.toml (the table of the command, such as [node]).`,
		Example: `  strata grade                  # how far are my exercises?
  strata desk                   # the same in my browser, whenever I save
  strata demo --for 20s         # five nodes mine a chain on this machine
  strata demo --stack exercises # the same on my own layers`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		PersistentPreRun: func(cmd *cobra.Command, _ []string) {
			if !strings.HasPrefix(cmd.Name(), "__") { // the shell asks, and shows no warnings
				w.warnOfVariables(cmd.Root())
			}
		},
		Version:           daemon.Version(),
		SilenceErrors:     true, // Main prints them, in one line
		SilenceUsage:      true,
		DisableAutoGenTag: true,
	}
	root.SetVersionTemplate(daemon.VersionLine("strata") + "\n")
	root.SetOut(w.Out)
	root.SetErr(w.Err)
	root.CompletionOptions.SetDefaultShellCompDirective(cobra.ShellCompDirectiveNoFileComp)
	root.PersistentFlags().String("root", "", "`DIR` of the workshop (default: the nearest go.mod of module strata, from the working directory up)")
	root.PersistentFlags().String("config", "", "settings `FILE` (default: strata.toml in the working directory; a node looks into its data directory first)")
	root.SetFlagErrorFunc(flagError)
	w.addGroups(root)
	return root
}
