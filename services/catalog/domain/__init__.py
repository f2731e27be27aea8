"""The rules of the catalogue: prices, stock, promotions, suppliers."""
