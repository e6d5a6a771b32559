package command

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"strata/node/process/keyfile"
	"strata/wallet"
)

func newWalletNew(w World, f *walletFlags) *cobra.Command {
	return f.withPassword(&cobra.Command{
		Use:     "new",
		Short:   "Make a key and print its address; never replaces a file",
		Example: "  strata wallet new --wallet alice.wallet",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			key, err := keyfile.New()
			if err != nil {
				return err
			}
			return w.keep(cmd, f, key)
		},
	})
}

func newWalletImport(w World, f *walletFlags) *cobra.Command {
	return f.withPassword(&cobra.Command{
		Use:   "import FILE",
		Short: "Import a key file or a keystore",
		Long: `Imports a private key. A key file (PEM, from ` + "`strata keys new`" + `) gets a password. A keystore keeps
the password that it has, and must open with it first.`,
		Example: `  strata wallet import alice.key --wallet alice.wallet
  strata wallet import strata-8a88e3dd.wallet`,
		Args: oneArg("a FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			text, err := os.ReadFile(args[0])
			if err != nil {
				return err
			}
			if bytes.HasPrefix(bytes.TrimSpace(bytes.TrimPrefix(text, []byte(byteOrderMark))), []byte("{")) {
				return w.importKeystore(cmd, f, args[0])
			}
			key, err := keyfile.Read(args[0])
			if err != nil {
				return fmt.Errorf("wallet: %w; nor does it look like a keystore", err)
			}
			return w.keep(cmd, f, key)
		},
	})
}

// importKeystore copies a keystore that the password opens.
func (w World) importKeystore(cmd *cobra.Command, f *walletFlags, path string) error {
	k, _, err := w.open(cmd, f, path)
	if err != nil {
		return err
	}
	return w.create(f.file, k)
}

// keep writes the key to a new keystore.
func (w World) keep(cmd *cobra.Command, f *walletFlags, key ed25519.PrivateKey) error {
	if _, err := os.Lstat(f.file); err == nil {
		return fmt.Errorf("wallet: %s is there already; it is left as it is", f.file) // before a password is asked for
	}
	password, err := w.password(cmd, f, newPassword)
	if err != nil {
		return err
	}
	k, err := wallet.Seal(key, password, w.kdf())
	if err != nil {
		return err
	}
	return w.create(f.file, k)
}

func (w World) create(path string, k wallet.Keystore) error {
	if err := wallet.Create(path, k); err != nil {
		return fmt.Errorf("wallet: %w", err)
	}
	_, err := fmt.Fprintln(w.Out, k.Public())
	return err
}

// kdf is what it costs to open a keystore that is made now.
func (w World) kdf() wallet.KDF {
	if w.KDF != (wallet.KDF{}) {
		return w.KDF
	}
	return wallet.DefaultKDF
}

// open reads the keystore and opens it with the password.
func (w World) open(cmd *cobra.Command, f *walletFlags, path string) (wallet.Keystore, ed25519.PrivateKey, error) {
	k, err := readWallet(path)
	if err != nil {
		return k, nil, err
	}
	password, err := w.password(cmd, f, "Password of "+path)
	if err != nil {
		return k, nil, err
	}
	key, err := k.Open(password)
	if err != nil {
		return k, nil, fmt.Errorf("wallet: %s: %w", path, err)
	}
	return k, key, nil
}

// readWallet reads a keystore, and says how to make one if there is none.
func readWallet(path string) (wallet.Keystore, error) {
	k, err := wallet.Read(path)
	if errors.Is(err, os.ErrNotExist) {
		return k, fmt.Errorf("wallet: there is no %s: make one with `strata wallet new`, or say with --wallet where it is", path)
	}
	if err != nil {
		if _, isKey := keyfile.Read(path); isKey == nil {
			return k, fmt.Errorf("wallet: %s is a key file, not a keystore: make one of it with `strata wallet import %s`", path, path)
		}
		return k, fmt.Errorf("wallet: %w", err)
	}
	return k, nil
}

func newWalletPassword(w World, f *walletFlags) *cobra.Command {
	var newFile string
	cmd := &cobra.Command{
		Use:   "password",
		Short: "Change the password of a keystore",
		Long: `Opens the keystore with its password and encrypts the key with a new one. The file is replaced
whole or not at all. Older copies of it still open with the old password.`,
		Example: "  strata wallet password\n  strata wallet password --password-file old --new-password-file new",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, key, err := w.open(cmd, f, f.file)
			if err != nil {
				return err
			}
			password, err := w.newPassword(cmd, newFile)
			if err != nil {
				return err
			}
			k, err := wallet.Seal(key, password, w.kdf())
			if err == nil {
				err = wallet.Replace(f.file, k)
			}
			if err != nil {
				return fmt.Errorf("wallet: %w", err)
			}
			_, err = fmt.Fprintln(w.Out, k.Public())
			return err
		},
	}
	cmd.Flags().StringVar(&newFile, "new-password-file", "", "`FILE` whose first line is the new password")
	return f.withPassword(cmd)
}

func newWalletExport(w World, f *walletFlags) *cobra.Command {
	var out string
	var plain bool
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Write the key to another file, encrypted or with --plain",
		Long: `Writes a copy of the keystore. The same password opens it, and a node's page can import it. With
--plain it writes a key file without a password, like ` + "`strata keys`" + `. It never replaces a file.`,
		Example: `  strata wallet export --out copy.wallet
  strata wallet export --plain --out alice.key`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if out == "" {
				return errors.New("wallet: say with --out which file to write")
			}
			k, key, err := w.open(cmd, f, f.file)
			if err != nil {
				return err
			}
			if !plain {
				return w.create(out, k)
			}
			if err := keyfile.Write(out, key); err != nil {
				return fmt.Errorf("wallet: %w", err)
			}
			fmt.Fprintf(w.Err, "strata: %s has no password: who reads it owns the account\n", out)
			_, err = fmt.Fprintln(w.Out, k.Public())
			return err
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "the `FILE` to write")
	cmd.Flags().BoolVar(&plain, "plain", false, "write the key without encryption")
	return f.withPassword(cmd)
}

func newWalletAddress(w World, f *walletFlags) *cobra.Command {
	return &cobra.Command{
		Use:     "address",
		Short:   "Print the address, the public key; needs no password",
		Example: "  strata node --mine --coinbase \"$(strata wallet address)\"",
		Args:    noArgs,
		RunE: func(*cobra.Command, []string) error {
			k, err := readWallet(f.file)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(w.Out, k.Public())
			return err
		},
	}
}
