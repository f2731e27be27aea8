"""The doors of catalog: they parse requests and format responses, and decide nothing."""
