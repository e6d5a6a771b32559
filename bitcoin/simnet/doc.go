// Package simnet runs a btcd on this machine, on the simulation network: nobody else is on it, and a block comes when it is
// asked for.
package simnet
