// Package words turns a code with arguments into a sentence, in the languages of this program: English, Italian, Dutch,
// Swedish, German, French and Spanish.
//
// It owns the catalogs. It does not know what a code means; what is stored and sent around is the code with its
// arguments, and the words are made when somebody reads them.
package words
