package p2p

import "errors"

// ErrNotPeer reports an address that is not a listed peer, or has been lost. Choose another
// peer. Closed connections and bad kinds are reported by the layers below.
var ErrNotPeer = errors.New("not a peer")
