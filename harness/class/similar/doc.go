// Package similar finds hand-ins that have more in common than skeleton and solutions explain.
//
//	source --go/scanner--> tokens, all names alike --> a hash for each run of Gram tokens
//	                                                         |  Window: the least of so many in a row is kept
//	                                                         v
//	                        fingerprints, without those of the base and those that many have
//	                                                         |
//	                                                         v
//	                        pairs, by what they share, with the lines on both sides
//
// That is winnowing: a passage of Gram+Window-1 tokens that two hand-ins share is always found, wherever it stands,
// whatever its names, comments and layout are. What was rewritten in other tokens is not found.
//
// A pair is something to look at and no verdict: a layer has few ways to be right.
//
// Source: S. Schleimer, D. Wilkerson, A. Aiken, Winnowing: Local Algorithms for Document Fingerprinting, SIGMOD 2003.
//
// Read next: tokens.go, compare.go.
package similar
