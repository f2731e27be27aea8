"""Tests of the fixtures and other shared parts of tests."""
