"""Tests of sales: unit."""
