// Package export writes where a class stands as what learning platforms read: tables for gradebooks, results for each
// student, and reports to be read.
//
// Points are those of the rules, rounded to two digits; Classroom 50 takes whole ones. Texts of tables that a
// spreadsheet would take for a formula get an apostrophe in front.
//
// Read next: tables.go, each.go, page.go.
package export
