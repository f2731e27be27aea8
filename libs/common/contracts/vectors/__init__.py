"""Inputs and right values of computations that a till must do as the server does (`pricing.json`).

Each entry of `pricing.json` is one line: `price` is before tax and discount, the percentage has at most two
decimals, and the five amounts are the contract's (§4). They were computed with exact fractions.
"""
