"""Tests of sales: service."""
