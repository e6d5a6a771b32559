package chain_test

import (
	"testing"

	"strata/chain"
	"strata/node/store/storetest"
)

func TestMemStore_FRK6(t *testing.T) {
	storetest.Run(t, func(*testing.T) chain.Store { return chain.NewMemStore() })
}
