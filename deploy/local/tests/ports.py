"""A port that is taken."""

import socket


def listening_socket(port: int) -> socket.socket:
    """A socket that listens on a port."""
    taken = socket.socket()
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    taken.bind(("127.0.0.1", port))
    taken.listen()
    return taken
