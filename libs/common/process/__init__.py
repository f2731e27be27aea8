"""The parts of a process: app, server, background tasks, timed jobs, health checks."""
