"""What makes a process of the doors and loops of a service: app, server, tasks, timed jobs, health."""
