package ledgers

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"strata/network"
)

// Member is one of those who agree: its key and where it is reached.
type Member struct {
	Key  network.PublicKey
	Addr network.Addr
}

// IndexOf is the member with the key; -1 if there is none.
func IndexOf(members []Member, key network.PublicKey) int {
	return slices.IndexFunc(members, func(m Member) bool { return m.Key == key })
}

// ParseKey reads a key of 64 hex digits.
func ParseKey(k *network.PublicKey, text string) error {
	if n, err := hex.Decode(k[:], []byte(text[:min(len(text), 64)])); err != nil || n != len(k) || len(text) != 64 {
		return fmt.Errorf("%.80q is no key of 64 hex digits", text)
	}
	return nil
}

// ParseMember reads a line `key address`. It does not look at the address: MemberFaults does.
func ParseMember(line string) (m Member, err error) {
	key, addr, _ := strings.Cut(line, " ")
	m.Addr = network.Addr(addr)
	err = ParseKey(&m.Key, key)
	return m, err
}

// MemberFaults says everything that is wrong with the members of a ledger's genesis.
func MemberFaults(ledger string, members []Member) (faults []error) {
	if n := len(members); n < 1 || n > MaxMembers {
		faults = append(faults, fmt.Errorf("%s: %d members, want 1 to %d", ledger, n, MaxMembers))
	}
	keys, addrs := map[network.PublicKey]bool{}, map[network.Addr]bool{}
	for i, m := range members {
		if err := m.Addr.Validate(); err != nil {
			faults = append(faults, fmt.Errorf("%s: member %d: %w", ledger, i, err))
		}
		if keys[m.Key] || addrs[m.Addr] {
			faults = append(faults, fmt.Errorf("%s: member %d has the key or the address of another", ledger, i))
		}
		keys[m.Key], addrs[m.Addr] = true, true
	}
	return faults
}
