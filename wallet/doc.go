// Package wallet keeps private keys in files that are of no use without a password, and remembers
// what was sent with them.
//
//	password --Argon2id(salt)--> 256-bit key --+
//	                                           v
//	seed of the private key ----XChaCha20-Poly1305(nonce)----> ciphertext
//	"strata-keystore/1:" + public key ---------^ additional data
//
// # The file
//
// A keystore is a JSON object, written with mode 0600:
//
//	format             "strata-keystore/1"
//	public             the public key, which is not secret: 64 hex digits
//	kdf.name           "argon2id"
//	kdf.time           passes over the memory, 1 to 10
//	kdf.memory_kib     memory in KiB, 8,192 to 1,048,576
//	kdf.threads        lanes, 1 to 16
//	kdf.salt           16 bytes in hex
//	cipher.name        "xchacha20poly1305"
//	cipher.nonce       24 bytes in hex
//	cipher.ciphertext  the 32-byte seed and the 16-byte tag, encrypted, in hex
//
// Hex is lower case. The additional data ties the public key to the ciphertext: nobody can make a
// file show an address that is not that of its key. The costs of Argon2id stand in the file, so that
// they can grow; their bounds are there because a file may come from a stranger, and a wrong one
// must not cost all memory of the machine. The web page of a node reads and writes the same files.
//
// # What was sent
//
// A journal beside the keystore holds every transaction that was sent with it, until the chain has
// taken it or a better one in its place. Nodes keep a transaction for a minute only (MEM-7): the
// journal is what allows several sends in a row, and to send again what got lost.
//
// # Simplifications
//
// One key a file; no derived keys, no hardware; words for a seed alone are in package phrase. Secrets are not wiped from memory:
// Go's collector may have copied them.
//
// Source: RFC 9106 (Argon2), draft-irtf-cfrg-xchacha-03 (XChaCha20-Poly1305), RFC 8032 (Ed25519).
// Read next: keystore.go, then `strata wallet` in package cmd/strata/command.
package wallet
