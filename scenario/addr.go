package scenario

import (
	"fmt"
	"strings"

	"strata/network"
)

// port is that of every node of a simulated network.
const port = ":4000"

// Addr is the address of the n-th node of a simulated network, from 0: 10.0.0.1:4000 and so on.
func Addr(n int) network.Addr {
	if n < len(firstAddrs) {
		return firstAddrs[n]
	}
	return addr(n)
}

// firstAddrs are made once: an explorer makes small worlds by the thousand.
var firstAddrs = func() (all [16]network.Addr) {
	for n := range all {
		all[n] = addr(n)
	}
	return all
}()

func addr(n int) network.Addr {
	const some = 250 // of the 256 values that a byte of an address has
	return network.Addr(fmt.Sprintf("10.%d.%d.%d%s", (n+1)/some/some, (n+1)/some%some, (n+1)%some, port))
}

// Name is an address as reports have it: without the port that all simulated nodes share.
func Name(a network.Addr) string { return strings.TrimSuffix(string(a), port) }

// Names lists nodes, with a blank between them.
func Names(nodes []network.Addr) string {
	names := make([]string, len(nodes))
	for i, a := range nodes {
		names[i] = Name(a)
	}
	return strings.Join(names, " ")
}
