"""Tests of the fixtures, and of what tests share."""
