package command

import (
	"fmt"

	"github.com/spf13/cobra"

	"strata/node/process/keyfile"
)

func newKeys(w World) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "keys",
		Short: "Make and show the keys of accounts",
		Long: `A key file holds an Ed25519 private key as PEM (PKCS #8), readable by its owner alone.
Its public key, in hex, names the account.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newKeysNew(w), newKeysShow(w))
	return cmd
}

func newKeysNew(w World) *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:     "new",
		Short:   "Make a key file and print its public key; never replaces a file",
		Example: "  strata keys new --out alice.key",
		Args:    noArgs,
		RunE: func(*cobra.Command, []string) error {
			key, err := keyfile.New()
			if err != nil {
				return err
			}
			if err := keyfile.Write(out, key); err != nil {
				return fmt.Errorf("keys: %w", err)
			}
			_, err = fmt.Fprintln(w.Out, keyfile.Public(key))
			return err
		},
	}
	cmd.Flags().StringVar(&out, "out", "strata.key", "the `FILE` to write")
	return cmd
}

func newKeysShow(w World) *cobra.Command {
	return &cobra.Command{
		Use:     "show FILE",
		Short:   "Print the public key of a key file",
		Example: "  strata node --mine --coinbase \"$(strata keys show alice.key)\"",
		Args:    oneArg("a key FILE"),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveDefault
		},
		RunE: func(_ *cobra.Command, args []string) error {
			key, err := keyfile.Read(args[0])
			if err != nil {
				return fmt.Errorf("keys: %w", err)
			}
			_, err = fmt.Fprintln(w.Out, keyfile.Public(key))
			return err
		},
	}
}
