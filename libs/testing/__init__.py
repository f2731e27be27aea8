"""The pytest plugin: real servers, a migrated database per worker, clocks and clients."""
