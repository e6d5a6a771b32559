// Package harness puts layers to the test. It has no code of its own: this is the map of its rooms,
// and docs/architecture.md is the map of the house.
//
//	suites of the layers        proof: does all of this work?      course: what students read
//	        |                                                            |
//	        v                                                            v
//	+------ lab: one run ------+     explain: why did it fail?  <--- grade: plan, child, report
//	|                          |          |
//	v                          v          v
//	sim: one order a seed   explore:    trace: what happened, as a value, a page, a capture
//	                        every order
//
// # Rooms
//
// sim is the simulated network: nodes, virtual time and byte streams between them. Same seed, same
// run, to the last byte; leaving one fault out changes no other draw. It knows hosts and bytes, and no
// layer. Inside, disk is what a crash leaves of a disk, splitmix the one source of keyed randomness, pctcp
// draws orders that find deep mistakes, simbench measures all of it, and causalbench how two replicas of elective 10
// reconcile.
//
// lab runs one scenario with one seed, in the simulated network or, with loopback, on loopback TCP. It implements
// scenario.World. A run is a pure function of scenario, stack and seed, and never panics. It knows
// suites only as values, and says nothing about points. transcript plays scripts of small networks for the book;
// transcripttest holds the solutions to them.
//
// explore runs small scenarios in every order that their events can have. It counts states by the
// histories of their nodes, so students write neither equals nor hash. orders holds the scenarios for
// it, upon those of what is built upon the layers, pings the workload that its speed is measured on.
//
// trace is one recorded run as a value, with messages decoded and causes known. timeline turns it into
// lines, drawing into what the diagram of web/kit is given, page into a web page, pcap into a capture for
// Wireshark and back. It only reads: nothing in a run depends on whether somebody records it.
//
// explain makes a failure understandable: shrink finds the smallest run that still fails and the moment
// that doomed it, vary finds where two runs of one seed part, or a student's from ours, witness notes what layers are
// given, tell and answer, beside our own answers, debugger steps through a run by hand. It
// judges nothing: what is a failure, lab has said.
//
// sandbox runs a program that may be hostile, or run wild: a compiler, or a student's code. It bounds time,
// memory and what the program can reach, and ends it with all that it started. It knows no submission.
//
// boundary runs layers in any language: their process and strata call each other over lines of JSON or frames of CBOR. It
// knows the contracts, and whose layers they are it does not. glass runs layers in Go as WebAssembly behind the same
// boundary, each node with a memory of its own.
//
// grade is the grader. It plans, and leaves the work to its rooms: handin reads what was handed in,
// sourcecheck and typecheck refuse what protocol code must not use, process builds the child and talks to it
// over pipe, toolchain is the Go command and what it lacks, buildcache what it builds of one submission, cputime tells how long a child used a processor, runner is what runs scenarios on the
// layers that submission names, runner/apart finds those that are not built in, child the program that links both, guest the program that has these layers alone behind the boundary, handles hide from these what they run in, explain works up a failure, report
// says what was found, watch grades whenever a file is saved, deskpage shows that in the browser, extras reads the scenarios that an
// instructor adds, doctor says what a machine lacks, plainfile reads what strangers left. No verdict depends on what the submission controls.
// What cannot be graded is said, and never counted as zero in silence.
//
// class is many hand-ins at once, by farm: whose each is, what has a result, and what the instructor's rules make of the
// points. intake takes them in from directories, archives, repositories and the exports of learning platforms, and runs
// nothing of them. board is its live page, export writes what platforms and students read, similar lists pairs with much
// in common, trial proves all of it on a class that nobody has handed in. example has scenarios of the kind that an
// instructor adds.
//
// nets is networks by the thousand and the experiments on them: spec is the file that says what is varied and
// what has to come out, topology draws who dials whom, places says where nodes are, run carries out one run with
// real nodes, theory has the formulae that it is held against, stats how sure one can be, plot the pictures. An
// experiment is a pure function of its file and its seeds. livepage shows one run while it goes on, and has its user strike
// it; what was clicked becomes a file. real runs one with processes in network namespaces, to see how far the simulator is
// from that.
//
// live has one layer run over TCP under somebody's hands: an echo, a network that is drawn, a chat. It judges nothing. netpage
// draws that network in the browser.
//
// localpage serves a page to the user of this machine alone, and has it follow what changes. It does not know what the
// page shows.
//
// farm carries out many such jobs and keeps their results by what they are made of, so that nothing is
// computed twice and a killed run goes on where it was. It does not know what a job is about.
//
// course is what a student sees of the workshop besides the book. desk makes a directory of a student's own, and
// workshop packs the sources into the command, by the program pack, and unpacks them for it. There are the steps in order with their points,
// rules read from docs/protocol.md, hints one at a time, the skeleton generator, the list of all
// suites, and the book as a site. extra is where an instructor's scenarios take their
// place. kits makes the skeletons of the kits in other languages, and knows how each is run. checkout finds
// the tree that they are in. It runs nothing but the scripts that the book draws.
//
// proof asks of the workshop what the workshop asks of students. mutants holds wrong solutions that
// must fail and right ones that must pass, selfcheck looks at every step, rule and scenario, layering
// holds the imports to the plan, style what is read to lengths and comments, hostile turns the suites'
// hostile peers on real nodes, doctest keeps the book true and worked its worked runs, needs says what
// becomes of a test that a machine is not equipped for, netns gives tests network namespaces. Nothing
// imports it but the command.
package harness
