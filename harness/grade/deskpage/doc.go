// Package deskpage is the student's desk in the browser: what `strata watch` sees, as a page that follows by itself.
//
//	watch.Watcher --Screen--> state --/events--> page
//	                            ^                  |
//	                 hints, keys+------------------+--> /run    a run again, as a drawing, beside ours
//	                                               +--> /step   a session of the debugger
//	                                               +--> /code   the student's own lines
//	                                               +--> /book/  the chapters
//
// The page shows what the grader found and grades nothing: runs are those of grade.Replay and grade.Step, in child
// processes of their own. One run is made at a time, and one session is there at a time. Files are read from the
// directories of the layers alone.
//
// files/ are plain ES modules on web/kit, without a build step.
package deskpage
