// Package settings reads what a command is to do: from its flags, from the environment, from the
// file strata.toml, in that order, and each in the same words.
//
//	  flags          environment          strata.toml          defaults
//	--max-peers 8   STRATA_MAX_PEERS=8   max-peers = 8         the table as it was made
//	     |                 |                  |                    |
//	     |                 |                Read  ---------------->+
//	     +-----------------+--- Apply ---------------------------->+
//	                                                               v
//	                                          a struct with `toml` tags: a table
//
// A table has one Flag for each key, and that is all it has to say: the flag's name is the key and
// the variable, its usage the comment in the sample that Sample writes.
//
// A setting that cannot be is refused with its place and with what would do; an unknown key too.
//
// Read next: node/process/daemon, whose table is [node].
package settings
