// Package farm carries out many jobs whose results are pure functions of what they are made of, and keeps the
// results.
//
//	what a job is made of (specification, code, data, seed) --digest--> Key
//	                                                                     |
//	jobs --Shard i/n--> those of this machine --Run, on all cores--> Store: a file for each key
//	                                                                     |
//	                         Store of another machine --Merge------------+--> what is still missing is offered again
//
// Because a key stands for one result, nothing has to be coordinated: whatever has a result is not done again, so
// that an interrupted farm goes on where it was; two machines that do one job get the same, and if they do not, that
// is a finding, and both results are kept.
//
// # Guarantees
//
//   - A result that is there is whole: it is written beside its name and then renamed, with its digest in front. A file
//     that was damaged afterwards counts as missing and is put aside.
//   - A full disk ends the farm with an error and loses no result that was there.
//   - After a power cut the last results may be missing, for they are not synced one by one: they are made again.
//
// # Simplifications
//
// There is no server here: machines share a directory, or bring their stores together with Merge.
//
// Read next: store.go, run.go, shard.go.
package farm
