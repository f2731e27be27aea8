"""Tests of the modules of libs/common that stand alone."""
