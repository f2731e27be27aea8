"""Tests of the suite on one machine."""
