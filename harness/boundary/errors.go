package boundary

import (
	"errors"
	"slices"

	"strata/chain"
	"strata/ledgers"
	"strata/ledgers/causal"
	"strata/ledgers/leader"
	"strata/ledgers/validators"
	"strata/mempool"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
	"strata/scenario"
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
	{"network.ErrNoFile", network.ErrNoFile},
	{"network.ErrDiskFull", network.ErrDiskFull},
	{"network.ErrDiskFailed", network.ErrDiskFailed},
	{"network.ErrBadName", network.ErrBadName},
	{"ledgers.ErrMalformed", ledgers.ErrMalformed},
	{"ledgers.ErrSignature", ledgers.ErrSignature},
	{"ledgers.ErrAnswer", ledgers.ErrAnswer},
	{"ledgers.ErrForeign", ledgers.ErrForeign},
	{"ledgers.ErrStale", ledgers.ErrStale},
	{"ledgers.ErrFull", ledgers.ErrFull},
	{"ledgers.ErrDamaged", ledgers.ErrDamaged},
	{"ledgers.ErrNotFounded", ledgers.ErrNotFounded},
	{"leader.ErrNotLeader", leader.ErrNotLeader},
	{"leader.ErrTimeout", leader.ErrTimeout},
	{"validators.ErrBlock", validators.ErrBlock},
	{"validators.ErrCertificate", validators.ErrCertificate},
	{"validators.ErrNonce", validators.ErrNonce},
	{"validators.ErrFunds", validators.ErrFunds},
	{"validators.ErrRefused", validators.ErrRefused},
	{"validators.ErrProof", validators.ErrProof},
	{"causal.ErrInvalid", causal.ErrInvalid},
	{"causal.ErrFunds", causal.ErrFunds},
	{"causal.ErrNoLock", causal.ErrNoLock},
	{"causal.ErrSecret", causal.ErrSecret},
	{"causal.ErrHeight", causal.ErrHeight},
	{"causal.ErrTaken", causal.ErrTaken},
	{"causal.ErrNoPromise", causal.ErrNoPromise},
	{"causal.ErrUnreadable", causal.ErrUnreadable},
}

// sentinels are those errors alone.
var sentinels = func() (list []error) {
	for _, n := range names {
		list = append(list, n.err)
	}
	return list
}()

// foreign is an error of the other side that wraps one of the contracts' errors.
type foreign struct {
	text string
	is   error
	ref  int // under which the other side knows it; 0: it does not
}

func (e *foreign) Error() string { return e.text }

func (e *foreign) Unwrap() error { return e.is }

// failureOf is the error as the other side gets it. Errors of strata are remembered, and come back as they went.
func (l *Link) failureOf(err error) *failure {
	if err == nil {
		return nil
	}
	f := &failure{Name: nameOf(err), Text: err.Error()}
	if f.Name != "" {
		return f
	}
	if l.factory != nil {
		if own, is := errors.AsType[*foreign](err); is && own.ref > 0 {
			f.Name, f.Ref = nameOf(own.is), own.ref
			return f
		}
	}
	if named := scenario.Carried(err, sentinels...); len(named) == 1 { // one with several has no name
		f.Name = nameOf(named[0])
	}
	if l.factory != nil {
		return f
	}
	l.errs = append(l.errs, err)
	f.Ref = len(l.errs)
	return f
}

// nameOf is the name of one of the contracts' errors; empty: it is none.
func nameOf(err error) string {
	if i := slices.Index(sentinels, err); i >= 0 {
		return names[i].name
	}
	return ""
}

// errorOf is the error that the other side has returned: one that it was given, or one with a name.
func (l *Link) errorOf(f *failure) error {
	if f == nil {
		return nil
	}
	if l.factory == nil && f.Ref > 0 && f.Ref <= len(l.errs) {
		if own := l.errs[f.Ref-1]; f.Text == "" || own.Error() == f.Text {
			return own
		}
		return &foreign{text: f.Text, is: l.errs[f.Ref-1]}
	}
	for _, n := range names {
		if n.name == f.Name {
			if f.Ref == 0 && (f.Text == "" || f.Text == n.err.Error()) {
				return n.err
			}
			return &foreign{f.Text, n.err, f.Ref}
		}
	}
	return &foreign{text: f.Text, ref: f.Ref}
}
