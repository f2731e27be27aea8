"""How others speak to sales: one door per audience."""
