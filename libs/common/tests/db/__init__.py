"""Tests of libs/common/db."""
