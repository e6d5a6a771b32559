package bitcoin

import "github.com/btcsuite/btcd/wire/v2"

// Spend spends a lock by any branch, whether the script allows it or not.
func (c *Contract) Spend(w *Wallet, at wire.OutPoint, branch [][]byte, lockTime uint32) (*wire.MsgTx, error) {
	return c.spend(w, at, branch, lockTime).signed()
}

// Home is the script that pays a wallet.
func (w *Wallet) Home() []byte { return home(w.Key.Public()) }

// Script is the lock's.
func (c *Contract) Script() []byte { return c.script }

// Output is the script that pays the lock.
func (c *Contract) Output() []byte { return c.output }
