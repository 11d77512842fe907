// Package bench measures what this machine can do: durable commits, a first cycle beside its floor, a cycle after a few
// changes, pages of a list.
//
// It owns the workloads and the floors, which the benchmarks of the repository share with the command. It judges nothing:
// no figure is too low.
package bench
