// Package workshop carries the workshop inside the command: its sources, and the libraries that these need,
// are one archive, which is unpacked into the user's cache and built there. So a student's own directory
// holds no solutions and fetches nothing.
//
//	checkout --Pack--> archive, in the command --Unpack--> cache/strata/workshop-DIGEST --go build--> child
//
// An archive is a ZIP file. Its comment is the digest of what is in it: equal sources have equal digests, on
// every system. Libraries lie in third_party, each with a go.mod of its own that requires nothing, and the
// workshop's go.mod says so. No file of exercises is in it.
package workshop
