package mempool

// ForgetVerified empties the memo.
func ForgetVerified() {
	verified.mu.Lock()
	defer verified.mu.Unlock()
	verified.young, verified.old = nil, nil
}

// Remembered is the number of transactions in the memo.
func Remembered() int { return len(verified.young) + len(verified.old) }

// MemoSize is the size of one generation.
const MemoSize = memoSize
