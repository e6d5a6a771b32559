package boundary

import (
	"errors"

	"strata/chain"
	"strata/mempool"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
)

// names are those of the contracts' errors.
var names = []struct {
	name string
	err  error
}{
	{"network.ErrClosed", network.ErrClosed},
	{"network.ErrFrameTooBig", network.ErrFrameTooBig},
	{"network.ErrSlowPeer", network.ErrSlowPeer},
	{"network.ErrTruncated", network.ErrTruncated},
	{"network.ErrAddrInUse", network.ErrAddrInUse},
	{"network.ErrRefused", network.ErrRefused},
	{"network.ErrReset", network.ErrReset},
	{"network.ErrBadAddr", network.ErrBadAddr},
	{"messaging.ErrTimeout", messaging.ErrTimeout},
	{"messaging.ErrBadKind", messaging.ErrBadKind},
	{"messaging.ErrDuplicateKind", messaging.ErrDuplicateKind},
	{"messaging.ErrMalformed", messaging.ErrMalformed},
	{"p2p.ErrNotPeer", p2p.ErrNotPeer},
	{"mempool.ErrMalformed", mempool.ErrMalformed},
	{"mempool.ErrBadSignature", mempool.ErrBadSignature},
	{"mempool.ErrKnown", mempool.ErrKnown},
	{"mempool.ErrConflict", mempool.ErrConflict},
	{"mempool.ErrSenderFull", mempool.ErrSenderFull},
	{"chain.ErrMalformed", chain.ErrMalformed},
	{"chain.ErrNumber", chain.ErrNumber},
	{"chain.ErrParent", chain.ErrParent},
	{"chain.ErrProofOfWork", chain.ErrProofOfWork},
	{"chain.ErrTooManyTransactions", chain.ErrTooManyTransactions},
	{"chain.ErrBadSignature", chain.ErrBadSignature},
	{"chain.ErrBadNonce", chain.ErrBadNonce},
	{"chain.ErrBadBalance", chain.ErrBadBalance},
	{"chain.ErrOverflow", chain.ErrOverflow},
}

// foreign is an error of the process that wraps one of the contracts' errors.
type foreign struct {
	text string
	is   error
}

func (e *foreign) Error() string { return e.text }

func (e *foreign) Unwrap() error { return e.is }

// failureOf is the error as the process gets it.
func (l *Link) failureOf(err error) *failure {
	if err == nil {
		return nil
	}
	f := &failure{Text: err.Error()}
	for _, n := range names {
		if errors.Is(err, n.err) {
			f.Name = n.name
			if err == n.err {
				return f
			}
			break
		}
	}
	l.errs = append(l.errs, err)
	f.Ref = len(l.errs)
	return f
}

// errorOf is the error that the process has returned: one that it was given, or one with a name.
func (l *Link) errorOf(f *failure) error {
	if f == nil {
		return nil
	}
	if f.Ref > 0 && f.Ref <= len(l.errs) {
		return l.errs[f.Ref-1]
	}
	for _, n := range names {
		if n.name == f.Name {
			if f.Text == "" || f.Text == n.err.Error() {
				return n.err
			}
			return &foreign{f.Text, n.err}
		}
	}
	return &foreign{text: f.Text}
}
