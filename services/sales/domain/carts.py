"""The limits of a cart (contract §4)."""

CART_LINES_MAX = 100
CART_LINE_QUANTITY_MAX = 50
