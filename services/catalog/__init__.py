"""Products, suppliers, promotions and stock."""
