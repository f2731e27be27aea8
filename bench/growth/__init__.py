"""`make bench GROWTH=1`: the same works in a shop that is new and in one that has sold for three years."""
