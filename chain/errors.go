package chain

import "errors"

// One error for each rule that a block can break. A block that breaks one is never valid.
var (
	ErrMalformed           = errors.New("malformed block")                     // CHN-1
	ErrNumber              = errors.New("number does not follow the parent's") // CHN-2
	ErrParent              = errors.New("parent is not the state's block")     // CHN-2
	ErrProofOfWork         = errors.New("hash does not meet the difficulty")   // CHN-3
	ErrTooManyTransactions = errors.New("too many transactions")               // CHN-4
	ErrBadSignature        = errors.New("bad signature")                       // CHN-5, CHN-13
	ErrBadNonce            = errors.New("nonce is not the sender's")           // CHN-5
	ErrBadBalance          = errors.New("balance is not sufficient")           // CHN-5
	ErrOverflow            = errors.New("sum passes 2^64-1")                   // CHN-8
)
