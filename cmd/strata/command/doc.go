// Package command is the command line of strata: one file for each subcommand, and what they
// share.
//
//	root.go      the tree of commands, the process around them, exit statuses
//	settings.go  flags over environment over strata.toml over defaults
//	values.go    the types of the settings: each says in one line what it wants
//	child.go     runs student code: strata itself links none, it builds a child and becomes it
//
// Every command ends with status 0 if all is well, 1 if it ran and the answer is no (points are
// missing, the nodes disagree, a skeleton has drifted) and 2 if it could not run: then exactly one
// line on stderr says why. Only a compiler's messages are longer; they are shown as they are.
package command
