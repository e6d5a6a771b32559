package causal

import "errors"

// ErrInvalid reports an update that no correct node delivers (CAU-4). It says so of the content: of every copy,
// on every node.
var ErrInvalid = errors.New("invalid update")
