"""Inputs and right values of computations that a till must do as the server does.

Each entry of a file is one line, and its amounts were computed with exact fractions:

- `pricing.json`: the amounts of a line (contract §4). `price` is before tax and discount, the percentage has
  at most two decimals.
- `sold_lines.json`: the price and the tax in what was paid for a piece (contract §8.6). `unit_total` is what
  was paid, `price` the regular one before tax.

The services' tests read them, and so do those of the till's modules (`web/tests/pricing.test.js`).
"""
