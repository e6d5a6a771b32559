package command

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Settings is what strata.toml may say: one table for each command that has settings.
type Settings struct {
	Node  NodeSettings  `toml:"node"`
	Demo  DemoSettings  `toml:"demo"`
	Grade GradeSettings `toml:"grade"`
}

// Defaults are the settings of a world that says nothing.
func Defaults() Settings {
	return Settings{Node: defaultNode(), Demo: defaultDemo(), Grade: defaultGrade()}
}

// envPrefix comes before the name of a setting in the environment: STRATA_MAX_PEERS.
const envPrefix = "STRATA_"

// envName is the variable that a flag can be set by.
func envName(flag string) string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// env is the value of the flag's variable; an empty one counts as not set.
func (w World) env(flag string) (string, bool) {
	value, _ := w.LookupEnv(envName(flag))
	return value, value != ""
}

// bind registers flags that write to the settings of one command. What a field holds is the flag's default.
type bind func(s *Settings, flags *pflag.FlagSet)

// addFlags gives the command the flags of its settings.
func addFlags(cmd *cobra.Command, b bind) {
	s := Defaults()
	b(&s, cmd.Flags())
}

// settings resolves what the command is to do: its flags win over the environment, that over
// strata.toml, that over the defaults.
func (w World) settings(cmd *cobra.Command, b bind) (Settings, error) {
	s := Defaults()
	if err := w.readFile(cmd, &s); err != nil {
		return s, err
	}
	target := pflag.NewFlagSet("", pflag.ContinueOnError)
	b(&s, target)
	var faults []error
	target.VisitAll(func(f *pflag.Flag) {
		if given := cmd.Flags().Lookup(f.Name); given != nil && given.Changed {
			clear(f)
			faults = append(faults, f.Value.Set(given.Value.String())) // parsed once: cannot fail
		} else if value, ok := w.env(f.Name); ok {
			clear(f)
			if err := f.Value.Set(value); err != nil {
				faults = append(faults, fmt.Errorf("%s: %w", envName(f.Name), plain(err, value)))
			}
		}
	})
	return s, errors.Join(faults...)
}

// clear empties a list, which would keep what a weaker source said.
func clear(f *pflag.Flag) {
	if list, ok := f.Value.(*Addresses); ok {
		*list = nil
	}
}

// flagError says in one line what is wrong with the flags.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if errors.As(err, &unknown) && unknown.GetSpecifiedShortnames() == "" {
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
		given := "--" + unknown.GetSpecifiedName()
		return fmt.Errorf("unknown flag %s%s", given, didYouMean(given, names))
	}
	var invalid *pflag.InvalidValueError
	if errors.As(err, &invalid) {
		return fmt.Errorf("--%s: %w", invalid.GetFlag().Name, plain(invalid.Unwrap(), invalid.GetValue()))
	}
	return err
}

// plain replaces what strconv says of a yes or no by our own words.
func plain(err error, value string) error {
	if strings.HasPrefix(err.Error(), "strconv.ParseBool") {
		return fmt.Errorf("%q is not true or false", value)
	}
	return err
}
