package stock

// Dice is a source of chance that gives the same numbers for the same start, in every release of Go.
type Dice uint64

// DiceFor gives the dice of the i-th of a row of things, so that each is made without making those before it.
func DiceFor(seed, i uint64) Dice { return Dice(mix(seed) ^ mix(i*2+1)) }

// Next gives the next number.
func (d *Dice) Next() uint64 {
	*d += 0x9E3779B97F4A7C15
	return mix(uint64(*d))
}

// Below gives a number from 0 to n-1. The small preference for low numbers does not matter here.
func (d *Dice) Below(n int) int { return int(d.Next() >> 1 % uint64(n)) }

// Shuffle puts n things into another order.
func (d *Dice) Shuffle(n int, swap func(i, j int)) {
	for i := n - 1; i > 0; i-- {
		swap(i, d.Below(i+1))
	}
}

// mix spreads every bit over all others; distinct numbers stay distinct.
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xBF58476D1CE4E5B9
	x = (x ^ x>>27) * 0x94D049BB133111EB
	return x ^ x>>31
}
