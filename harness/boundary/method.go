package boundary

import (
	"slices"
	"strconv"
)

// method is one of an object. Messages to a room name it by its number, and all others by its name.
type method uint8

// The methods there are. unnamed is what has none of these names.
const (
	unnamed method = iota
	callRun
	callReceive
	callEnded
	callStart
	callStop
	callClose
	callSend
	callReceived
	callConnected
	callDisconnected
	callRequest
	callHandle
	callBroadcast
	callPeers
	callPeerArrived
	callPeerLost
	callDial
	callDeliver
	callListen
	callLog
	callOffload
	callRemote
	callWrite
	callQueued
	callNow
	callRand
	callAfter
	callCancel
	callAnnounce
	callAdd
	callTransactions
	callEvict
	callVerify
	callTransactionPooled
	callTransactionLeft
	callTransactionRefused
	callExecute
	callApply
	callBuild
	callChanged
	callAccounts
	callAccount
	callSetAccount
	callAdvance
	callNewNetwork
	callNewMessaging
	callNewP2p
	callNewGossip
	callNewMempool
	callNewChain
	callReset
	callDisk
	callNames
	callRead
	callAppend
	callTruncate
	callRename
	callRemove
	callSync
	callSyncNames
	callKey
	callSign
	callNewLog
	callRecover
	callSize
	callNewLeader
	callSubmit
	callStatus
	callDigest
	callStanding
	callFailure
	callFinal
	callUndone
	callRefused
	callBlamed
	callNewDocument
	callValues
	callEntries
	callList
	callNewCausal
	callHeads
	callUpdate
	callDocument
	callCut
	callProofs
	callSafe
	callDelivered
	callEquivocated
	callNewBank
	callNewValidators
	callTip
	callCertified
	callHeaders
	callWaiting
	callNewJudge
	callQuorum
	callProposer
	callCertifies
	callContradict
	callSlash
)

var methods = [...]string{
	"",
	"run", "receive", "ended", "start", "stop", "close", "send", "received", "connected", "disconnected", "request",
	"handle", "broadcast", "peers", "peer_arrived", "peer_lost", "dial", "deliver", "listen", "log", "offload",
	"remote", "write", "queued", "now", "rand", "after", "cancel", "announce", "add", "transactions", "evict",
	"verify", "transaction_pooled", "transaction_left", "transaction_refused", "execute", "apply", "build", "changed",
	"accounts", "account", "set_account", "advance", "new_network", "new_messaging", "new_p2p", "new_gossip",
	"new_mempool", "new_chain", "reset", "disk", "names", "read", "append", "truncate", "rename", "remove", "sync",
	"sync_names", "key", "sign", "new_log", "recover", "size", "new_leader", "submit", "status", "digest", "standing",
	"failure", "final", "undone", "refused", "blamed", "new_document", "values", "entries", "list", "new_causal", "heads",
	"update", "document", "cut", "proofs", "safe", "delivered", "equivocated", "new_bank",
	"new_validators", "tip", "certified", "headers", "waiting", "new_judge", "quorum", "proposer", "certifies",
	"contradict", "slash",
}

// methodOf is the method of that name; unnamed if there is none.
func methodOf(name string) method { return method(max(0, slices.Index(methods[:], name))) }

// String is the name, or the number of what has none.
func (m method) String() string {
	if int(m) < len(methods) {
		return methods[m]
	}
	return strconv.Itoa(int(m))
}
