"""Lets a test have thousands of connections: a new shell often allows 1,024 open files."""

import resource


def allow_open_files(number: int) -> None:
    """Let this process, and those that it starts, have so many files open."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if now != resource.RLIM_INFINITY and now < number:
        resource.setrlimit(resource.RLIMIT_NOFILE, (number, most))
