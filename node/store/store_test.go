package store_test

import (
	"testing"

	"strata/node/store"
	"strata/node/store/storetest"
)

func TestMemory_FRK6(t *testing.T) {
	storetest.Run(t, func(*testing.T) store.Store { return store.NewMemory() })
}
