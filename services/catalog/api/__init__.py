"""The doors of catalog: they shape what goes in and out, and decide nothing."""
