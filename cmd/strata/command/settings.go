package command

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"strata/node/process/daemon"
	"strata/node/process/settings"
)

// Settings is what strata.toml may say: one table for each command that has settings.
type Settings struct {
	Node  daemon.Settings `toml:"node"`
	Demo  DemoSettings    `toml:"demo"`
	Grade GradeSettings   `toml:"grade"`

	path string // of the file that they are from; "" if there was none
}

// Defaults are the settings of a world that says nothing.
func Defaults() Settings {
	return Settings{Node: daemon.Defaults(), Demo: defaultDemo(), Grade: defaultGrade()}
}

// env is the value of the flag's variable; an empty one counts as not set.
func (w World) env(flag string) (string, bool) { return settings.Env(w.LookupEnv)(flag) }

// bind lists the flags of one command, which write to its table of the settings. What a field holds
// is the flag's default.
type bind func(s *Settings) []settings.Flag

// addFlags gives the command the flags of its settings.
func addFlags(cmd *cobra.Command, b bind) {
	s := Defaults()
	for _, f := range b(&s) {
		added := cmd.Flags().VarPF(f.Value, f.Name, "", f.Usage)
		if _, ok := f.Value.(*settings.Switch); ok {
			added.NoOptDefVal = "true"
		}
	}
}

// settings resolves what the command is to do: its flags win over the environment, that over
// strata.toml, that over the defaults.
func (w World) settings(cmd *cobra.Command, b bind) (Settings, error) {
	s := Defaults()
	given := func(name string) (string, bool) {
		f := cmd.Flags().Lookup(name) // nil: the command does not have this one of its table's flags
		if f == nil || !f.Changed {
			return "", false
		}
		return f.Value.String(), true
	}
	var err error
	s.path, err = settings.Resolve(&s, b(&s), given, settings.Env(w.LookupEnv))
	return s, err
}

// flagError says in one line what is wrong with the flags.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if errors.As(err, &unknown) {
		if letters := unknown.GetSpecifiedShortnames(); letters != "" {
			return fmt.Errorf("unknown flag -%s: `strata %s --help` lists those that there are", letters, named(cmd))
		}
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
		given := "--" + unknown.GetSpecifiedName()
		return fmt.Errorf("unknown flag %s%s", given, settings.DidYouMean(given, names))
	}
	var missing *pflag.ValueRequiredError
	if errors.As(err, &missing) {
		name, _ := pflag.UnquoteUsage(missing.GetFlag())
		return fmt.Errorf("--%s wants a value: --%s %s", missing.GetFlag().Name, missing.GetFlag().Name, name)
	}
	var invalid *pflag.InvalidValueError
	if errors.As(err, &invalid) {
		return fmt.Errorf("--%s: %w", invalid.GetFlag().Name, inOurWords(invalid))
	}
	return err
}

// inOurWords replaces what strconv and time say of a value.
func inOurWords(invalid *pflag.InvalidValueError) error {
	switch text := invalid.GetValue(); invalid.GetFlag().Value.Type() {
	case "bool":
		return fmt.Errorf("%q is not true or false", text)
	case "uint64":
		return fmt.Errorf("%q is not a number: want 0 or more, in digits", text)
	case "duration":
		return fmt.Errorf("%q is not a time: want one such as 20s or 1m30s", text)
	}
	return invalid.Unwrap()
}
