package command

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"strata/node/process/daemon"
	"strata/node/process/settings"
)

// noArgs refuses any argument, and what is no command where there are some, with what may have been
// meant.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	switch {
	case len(names) == 0:
		return fmt.Errorf("%s takes no argument, but was given %q", named(cmd), args[0])
	case cmd.HasParent():
		return fmt.Errorf("unknown command %q; %s has %s%s", args[0], named(cmd), strings.Join(names, ", "), settings.DidYouMean(args[0], names))
	}
	return fmt.Errorf("unknown command %q%s; `strata help` lists them", args[0], settings.DidYouMean(args[0], names))
}

// named is the command as the user typed it, without the program.
func named(cmd *cobra.Command) string { return strings.TrimPrefix(cmd.CommandPath(), "strata ") }

// oneArg wants one argument, which what names.
func oneArg(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) == 0:
			return fmt.Errorf("%s wants %s", named(cmd), what)
		case len(args) > 1:
			return fmt.Errorf("%s wants %s, and nothing else such as %q", named(cmd), what, args[1])
		}
		return nil
	}
}

// upToOneArg wants one argument at most.
func upToOneArg(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return nil
		}
		return oneArg(what)(cmd, args)
	}
}

// twoArgs wants two arguments, which what names.
func twoArgs(what string) cobra.PositionalArgs { return exactArgs(2, what) }

// threeArgs wants three arguments, which what names.
func threeArgs(what string) cobra.PositionalArgs { return exactArgs(3, what) }

func exactArgs(n int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) < n:
			return fmt.Errorf("%s wants %s", named(cmd), what)
		case len(args) > n:
			return fmt.Errorf("%s wants %s, and nothing else such as %q", named(cmd), what, args[n])
		}
		return nil
	}
}

// onlyOne refuses more than one of the flags at once. Cobra's own check comes later, and completion
// makes use of it.
func onlyOne(cmd *cobra.Command, names ...string) {
	cmd.MarkFlagsMutuallyExclusive(names...)
	cmd.PreRunE = func(cmd *cobra.Command, _ []string) error {
		var given []string
		for _, name := range names {
			if cmd.Flags().Changed(name) {
				given = append(given, "--"+name)
			}
		}
		if len(given) > 1 {
			return fmt.Errorf("%s do not go together: choose one", strings.Join(given, " and "))
		}
		return nil
	}
}

// ofTests are the variables of the project's own tests.
var ofTests = []string{"STRATA_CHECK", "STRATA_SHOTS", "STRATA_SOAK", "STRATA_FRAMES"}

// knownVariables are those that commands read: of the settings of every table, of the flags that all
// commands have, and a wallet's secrets, which are no flags.
func knownVariables(root *cobra.Command) (names []string) {
	s := Defaults()
	for _, f := range slices.Concat(gradeTable(&s), demoFlags(&s), nodeFlags(&s)) {
		names = append(names, settings.EnvName(f.Name))
	}
	root.PersistentFlags().VisitAll(func(f *pflag.Flag) { names = append(names, settings.EnvName(f.Name)) })
	return append(names, envPassword, envNewPassword, envToken, daemon.EnvToken)
}

// warnOfVariables tells of variables that look like settings and are none: nobody would read them.
func (w World) warnOfVariables(root *cobra.Command) {
	if w.Environ == nil || w.Submission != nil { // the child's parent has told
		return
	}
	known := knownVariables(root)
	for _, pair := range w.Environ() {
		name, _, _ := strings.Cut(pair, "=")
		if strings.HasPrefix(name, settings.EnvName("")) && !slices.Contains(known, name) && !slices.Contains(ofTests, name) {
			fmt.Fprintf(w.Err, "strata: warning: %s is no setting, and nobody reads it%s\n", name, meantVariable(name, known))
		}
	}
}

// meantVariable asks whether another variable was meant. It looks at what comes after the prefix, which all
// of them share.
func meantVariable(name string, known []string) string {
	prefix := settings.EnvName("")
	bare := make([]string, len(known))
	for i, k := range known {
		bare[i] = strings.TrimPrefix(k, prefix)
	}
	meant := settings.Nearest(strings.TrimPrefix(name, prefix), bare)
	if meant == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", prefix+meant)
}

// known reports those of the given names that are none, each with the one that was likely meant.
func known(what string, given, names []string) error {
	var faults []error
	for _, name := range given {
		if !slices.Contains(names, name) {
			meant := settings.DidYouMean(name, names)
			if meant == "" && len(names) < 25 {
				meant = ": want one of " + strings.Join(names, ", ")
			}
			faults = append(faults, fmt.Errorf("unknown %s %q%s", what, name, meant))
		}
	}
	return errors.Join(faults...)
}

// number is a whole number as a flag, which is refused, not replaced by a default, where it makes no sense.
type number struct {
	to    *int
	least int
}

// numberFlag registers a number of least or more.
func numberFlag(flags *pflag.FlagSet, to *int, name string, least, value int, usage string) {
	*to = value
	flags.Var(number{to, least}, name, usage)
}

// Set wants decimal digits.
func (n number) Set(text string) error {
	v, err := strconv.Atoi(text)
	if err != nil || v < n.least {
		return fmt.Errorf("%q will not do: want a number of %d or more, in digits", text, n.least)
	}
	*n.to = v
	return nil
}

func (n number) String() string {
	if n.to == nil {
		return "0"
	}
	return strconv.Itoa(*n.to)
}

// Type names the value in help texts.
func (n number) Type() string { return "N" }
