package validators

import "errors"

// What a block, a transaction or a certificate can come to.
var (
	// ErrBlock reports a block that is not valid where it stands, and never will be: prevote nil.
	ErrBlock = errors.New("the block is not valid")

	// ErrCertificate reports a certificate that does not prove its block (VAL-7).
	ErrCertificate = errors.New("the certificate proves nothing")

	// ErrNonce reports a transaction whose nonce is above the sender's next: it may yet be valid.
	ErrNonce = errors.New("transactions of the sender are missing before it")

	// ErrFunds reports that the sender, or what is delegated, has too little: it may yet be valid.
	ErrFunds = errors.New("too little is there")

	// ErrRefused reports a transaction that can never be executed.
	ErrRefused = errors.New("it can never be executed")

	// ErrProof reports a path that does not lead to the root.
	ErrProof = errors.New("the path does not lead to the root")
)
