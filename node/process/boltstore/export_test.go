package boltstore

// Seal is for tests that write a file of their own.
var Seal = seal
