"""Tests of libs/common/http."""
