// Package clients holds programs that use Microsoft's SDKs, unmodified, against hospes, each in a folder of its own with
// its own dependencies. The package itself is a test: it runs the commands of the pages in docs/clients.
package clients
