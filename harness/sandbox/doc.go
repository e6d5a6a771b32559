// Package sandbox runs a program that may be hostile, or may run wild: the compiler on a student's
// sources, or the student's code itself.
//
//	this program ──lifeline──▶ supervisor ──▶ [bubblewrap ──▶] the program ──▶ whatever it starts
//	             ◀──status───
//
// On Unix the supervisor is this same executable, started again. It takes on the limits and, where
// bubblewrap is not to be had, the rules of landlock; starts the program, which inherits both, in a
// process group of its own; watches what all of its processes use together; and kills every one of
// them when the program has ended, when a bound is reached, or when the lifeline breaks because this
// program is gone, whatever ended it. On Windows a job object does the same.
//
// What holds where:
//
//	               Linux                        other Unix            Windows
//	memory         of each process, and of all  of each process (*)   of all together
//	processor      of each process, and of all  of each process       of all together
//	file size      of each file                 of each file          -
//	time           yes                          yes                   yes
//	files, network bubblewrap, else landlock    -                     -
//	ends with us   all                          its process group     all
//
// (*) macOS knows no such limit. Landlock keeps TCP away, and what else has a file's name; datagrams
// it does not. End.Held says what held in the case at hand.
package sandbox
