// Package stock holds what made-up people are put together from: given names and surnames of seventeen countries in
// their own scripts with a spelling in ASCII, places, departments and titles, and dice that fall the same way each time.
//
// Everybody composed of it is invented, and so are the streets. Telephone numbers have a zero where a subscriber's
// number begins, so that none of them reaches anybody.
//
// It knows nothing of records, directories or files.
package stock
