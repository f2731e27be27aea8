"""`make bench SHIFTS=1`: a shift of 50,000 sales compared with one of 10."""
