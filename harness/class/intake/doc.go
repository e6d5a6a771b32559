// Package intake takes in what a class has handed in, however it comes, and lays it out to be graded.
//
//	directories, archives, git repositories      one by one, or in a directory
//	exports of Moodle, Canvas, Gradescope        whose each is, from names and metadata
//	                |
//	                v
//	    candidates: whose, and where from
//	                |  limits on paths, sizes, counts; links and devices left out
//	                v
//	    a copy of each in a directory, and the digest of what is in it
//
// # Guarantees
//
//   - Nothing that was handed in runs, and no setting of a repository that was handed in is read.
//   - No file is written outside the directory of the copy, whatever names an archive has.
//   - A copy takes no more room than Limits says, however an archive was made.
//   - A hand-in that cannot be taken is a line with its name and what to do. All others are taken.
//   - Equal hand-ins have equal digests, whether they came as a directory, an archive or a repository.
//
// # Simplifications
//
// A copy has the bytes of files and neither their times nor their modes. Of a repository it has what HEAD names.
//
// Read next: intake.go, copy.go, layout.go.
package intake
