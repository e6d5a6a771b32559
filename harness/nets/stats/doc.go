// Package stats says how sure one can be of what was measured: intervals for means, shares and
// quantiles, the distance of a measurement from what theory expects, and histograms of bounded size
// that several workers fill and that merge into the same whole whoever filled what.
//
//	many runs -> a value of each -> Mean      TInterval   how long, how much
//	hits of tries                -> share     Wilson      how often
//	many values                  -> Quantile  OrderStat   how it is spread
//
// Sources: Student, The probable error of a mean, Biometrika 6 (1908); E. B. Wilson, JASA 22 (1927);
// for the interval of a quantile by order statistics, H. A. David and H. N. Nagaraja, Order Statistics
// (2003), section 7.1; for the incomplete beta function, W. H. Press and others, Numerical Recipes,
// section 6.4; for log-linear buckets, G. Tene's HdrHistogram.
//
// Read next: interval.go, then hist.go; harness/nets/theory for what to expect.
package stats
