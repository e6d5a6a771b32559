package command

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"strata/wallet"
)

// walletFlags are those that the wallet commands share.
type walletFlags struct {
	file         string // the keystore
	passwordFile string
	api          string
	tokenFile    string
	json         bool
}

const (
	defaultWallet = "strata.wallet"
	defaultAPI    = "http://127.0.0.1:11180"

	// Secrets come from files and variables: everybody can read a command line.
	envPassword    = "STRATA_PASSWORD"
	envNewPassword = "STRATA_NEW_PASSWORD"
	envToken       = "STRATA_TOKEN"
)

func newWallet(w World) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "wallet",
		Short: "Keep a key under a password, and send payments through a node",
		Long: `A wallet is a keystore: one private key, encrypted with a password (Argon2id and
XChaCha20-Poly1305). The page of a node reads and writes the same files.

The commands ask for the password on the terminal, unless it is in STRATA_PASSWORD or in the first line
of the file that --password-file names. They ask the node through its API (--api). Sending needs the
node's token, from --token-file (DATA/api.token of the node) or from STRATA_TOKEN.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	f := &walletFlags{}
	cmd.PersistentFlags().StringVar(&f.file, "wallet", defaultWallet, "keystore `FILE`")
	cmd.AddCommand(
		newWalletNew(w, f), newWalletImport(w, f), newWalletExport(w, f), newWalletAddress(w, f),
		newWalletPassword(w, f), newWalletBalance(w, f), newWalletHistory(w, f),
		newWalletSend(w, f), newWalletReplace(w, f), newWalletCancel(w, f), newWalletResend(w, f), newWalletForget(w, f),
	)
	return cmd
}

// withPassword gives a command the flag that says where the password is.
func (f *walletFlags) withPassword(cmd *cobra.Command) *cobra.Command {
	cmd.Flags().StringVar(&f.passwordFile, "password-file", "", "`FILE` whose first line is the password; - is standard input")
	return cmd
}

// withNode gives a command the flag that names the node to ask.
func (f *walletFlags) withNode(cmd *cobra.Command) *cobra.Command {
	cmd.Flags().StringVar(&f.api, "api", defaultAPI, "`URL` of the node's API")
	return cmd
}

// withToken gives a command the flag that says where the node's token is.
func (f *walletFlags) withToken(cmd *cobra.Command) *cobra.Command {
	cmd.Flags().StringVar(&f.tokenFile, "token-file", "", "`FILE` with the node's token, DATA/api.token")
	return cmd
}

// withJSON gives a command the flag that has it print for programs.
func (f *walletFlags) withJSON(cmd *cobra.Command) *cobra.Command {
	cmd.Flags().BoolVar(&f.json, "json", false, "print JSON, for programs")
	return cmd
}

// client is the node that the flags name.
func (w World) client(f *walletFlags) (*wallet.Client, error) {
	token, _ := w.LookupEnv(envToken)
	from := envToken
	if f.tokenFile != "" {
		from = f.tokenFile
		text, err := os.ReadFile(f.tokenFile)
		if err != nil {
			return nil, fmt.Errorf("token: %w", err)
		}
		token = strings.TrimPrefix(string(text), byteOrderMark)
		if strings.TrimSpace(token) == "" {
			return nil, fmt.Errorf("token: %s is empty: want 64 hex digits, as DATA/api.token has them", from)
		}
	}
	c, err := wallet.NewClient(f.api, strings.TrimSpace(token))
	if errors.Is(err, wallet.ErrNoToken) {
		return nil, fmt.Errorf("token: %s: %w", from, err)
	}
	return c, err
}

// fromNode says of a node's answer what there is to do.
func (f *walletFlags) fromNode(err error) error {
	var problem *wallet.Problem
	switch {
	case err == nil:
		return nil
	case errors.Is(err, wallet.ErrUncertain), errors.Is(err, wallet.ErrOverdue), errors.Is(err, wallet.ErrReplaced):
		return fmt.Errorf("wallet: %w", err)
	case errors.Is(err, wallet.ErrWrongToken):
		return fmt.Errorf("%w, which listens at %s: each node has its own, in api.token of its data directory", wallet.ErrWrongToken, f.api)
	case errors.Is(err, wallet.ErrToken):
		return fmt.Errorf("%w: give --token-file DATA/api.token, where DATA is the node's data directory, or set %s", wallet.ErrToken, envToken)
	case errors.Is(err, wallet.ErrUnreachable):
		return fmt.Errorf("no node answers at %s: start one with `strata node`, or say with --api where it is", f.api)
	case errors.As(err, &problem):
		return fmt.Errorf("the node at %s says: %w", f.api, problem)
	}
	return err
}
