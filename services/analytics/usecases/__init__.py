"""What analytics does: takes in what the others tell, and answers reports."""
