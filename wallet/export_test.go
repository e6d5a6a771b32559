package wallet

// Look is a payment after a look that says this of it.
func Look(p Payment, e Entry, known, sure bool, chain ChainID, account Account, hashes map[uint64]string) Payment {
	s := sight{chain: chain, account: account, entries: map[string]Entry{}, hashes: hashes, sure: sure}
	if known {
		s.entries[p.ID()] = e
	}
	learn(&p, s)
	return p
}
