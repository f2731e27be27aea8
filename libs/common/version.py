"""The version of the whole suite; `make version V=0.2.0` changes it everywhere (docs/versioning.md)."""

VERSION = "0.1.0"
