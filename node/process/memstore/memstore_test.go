package memstore_test

import (
	"testing"

	"strata/node/process/memstore"
	"strata/node/store"
	"strata/node/store/storetest"
)

func TestStore_FRK6(t *testing.T) {
	storetest.Run(t, func(*testing.T) store.Store { return memstore.New() })
}
