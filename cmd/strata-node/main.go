// Strata-node is `strata node` alone: no graders, no exercises, small enough for a container. Its
// flags, variables and settings file are the same.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"strata/node/process/daemon"
	"strata/node/process/settings"
	"strata/solutions"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return
	}
	fmt.Fprintln(os.Stderr, "strata-node: "+strings.Join(strings.Fields(err.Error()), " "))
	if errors.Is(err, daemon.ErrUnwell) {
		os.Exit(1) // asked and answered
	}
	os.Exit(2)
}

// tables is strata.toml: the tables of other commands are not looked at.
type tables struct {
	Node  daemon.Settings `toml:"node"`
	Demo  any             `toml:"demo"`
	Grade any             `toml:"grade"`
}

// run resolves the settings and runs the node until the context ends.
func run(ctx context.Context, args []string, out, log io.Writer) error {
	s := tables{Node: daemon.Defaults()}
	given, err := parse(s.Node.Flags(), args, out)
	if err != nil {
		return err
	}
	if version, _ := given("version"); version == "true" {
		_, err := fmt.Fprintln(out, daemon.VersionLine("strata-node"))
		return err
	}
	s.Node = daemon.Defaults() // the flags' texts are applied last
	path, err := settings.Resolve(&s, s.Node.Flags(), given, settings.Env(os.LookupEnv))
	if err != nil {
		return err
	}
	if s.Node.Stack != daemon.Reference {
		return fmt.Errorf("stack %s: strata-node has the layers of solutions alone; `strata node` runs others", s.Node.Stack)
	}
	d := daemon.Daemon{Settings: s.Node, Config: path, Token: os.Getenv(daemon.EnvToken), Stack: solutions.Stack(), Out: out, Log: log}
	if health, _ := given("health"); health == "true" {
		return d.Health(ctx)
	}
	if page, _ := given("page"); page == "true" {
		return d.Page()
	}
	if repair, _ := given("repair"); repair == "true" {
		return d.Repair(ctx)
	}
	return d.Run(ctx)
}

// printHelp prints each flag with what its value is, as `strata node --help` has it.
func printHelp(out io.Writer, flags *flag.FlagSet) {
	fmt.Fprint(out, daemon.Help, "\n\nUsage:\n  strata-node [flags]\n\nFlags:\n")
	flags.VisitAll(func(f *flag.Flag) {
		name, usage := flag.UnquoteUsage(f)
		if v, ok := f.Value.(settings.Value); ok && name == "value" {
			name = v.Type()
		}
		if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "0" {
			usage += " (default " + f.DefValue + ")"
		}
		fmt.Fprintf(out, "  -%s\n    \t%s\n", strings.TrimSpace(f.Name+" "+name), usage)
	})
}

// unknown is the first of the arguments that names a flag which there is not, with the flag that may have
// been meant; nil if there is none. It reads them as package flag does.
func unknown(args []string, flags *flag.FlagSet) error {
	for len(args) > 0 && len(args[0]) > 1 && args[0][0] == '-' && args[0] != "--" {
		name, _, valued := strings.Cut(strings.TrimPrefix(args[0][1:], "-"), "=")
		args = args[1:]
		f := flags.Lookup(name)
		switch {
		case name == "h" || name == "help":
			return nil
		case f == nil:
			var names []string
			flags.VisitAll(func(f *flag.Flag) { names = append(names, f.Name) })
			meant := ""
			if near := settings.Nearest(name, names); near != "" {
				meant = fmt.Sprintf("; did you mean %q", "-"+near)
			}
			return fmt.Errorf("unknown flag -%s%s; `strata-node -h` lists those that there are", name, meant)
		}
		if b, ok := f.Value.(interface{ IsBoolFlag() bool }); !valued && !(ok && b.IsBoolFlag()) && len(args) > 0 {
			args = args[1:] // the flag's value
		}
	}
	return nil
}

// parse reads the flags and returns what they say. It prints the help that -h asks for.
func parse(known []settings.Flag, args []string, out io.Writer) (settings.Lookup, error) {
	flags := flag.NewFlagSet("strata-node", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // errors are returned
	for _, f := range known {
		flags.Var(f.Value, f.Name, f.Usage)
	}
	flags.Bool("repair", false, daemon.RepairUsage)
	flags.Bool("health", false, daemon.HealthUsage)
	flags.Bool("page", false, daemon.PageUsage)
	flags.Bool("version", false, "print the version of strata-node and of Go, and end")
	flags.String("config", "", "settings `FILE`"+daemon.ConfigUsage)
	if err := unknown(args, flags); err != nil {
		return nil, err
	}
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			printHelp(out, flags)
		}
		return nil, err
	}
	if flags.NArg() > 0 {
		return nil, fmt.Errorf("unknown argument %q: strata-node has flags alone", flags.Arg(0))
	}
	given := map[string]string{}
	flags.Visit(func(f *flag.Flag) { given[f.Name] = f.Value.String() })
	return func(name string) (string, bool) {
		text, ok := given[name]
		return text, ok
	}, nil
}
