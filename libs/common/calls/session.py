"""The pool of kept-alive connections for a process's outgoing calls."""

import aiohttp

# Services close idle connections after 75 s. We close ours earlier, so that no call uses one being closed.
KEEPALIVE_SECONDS = 60
CONNECT_TIMEOUT_SECONDS = 1.0
CONNECTIONS_PER_SERVICE_MAX = 64


def without_request(error: Exception) -> str:
    """The error for a log. For an answer that is no HTTP, aiohttp shows the request, with its token."""
    if isinstance(error, aiohttp.ClientResponseError):
        return f"{type(error).__name__}({error.message!r})"
    return repr(error)


class HttpSession:
    """The process's connection pool, made at its first use because aiohttp needs a running loop."""

    def __init__(self) -> None:
        self._client: aiohttp.ClientSession | None = None
        self._is_closed = False

    @property
    def client(self) -> aiohttp.ClientSession:
        """The pool. It ignores cookies and adds only the necessary headers.

        Raises `ClientConnectionError` after `close`: nobody would close another pool.
        """
        if self._is_closed:
            raise aiohttp.ClientConnectionError("the process ends, and calls nobody any more")
        if self._client is None:
            self._client = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=0,
                    limit_per_host=CONNECTIONS_PER_SERVICE_MAX,
                    keepalive_timeout=KEEPALIVE_SECONDS,
                    # The former address of a replaced container may be another service's.
                    use_dns_cache=False,
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_TIMEOUT_SECONDS),
                skip_auto_headers=("User-Agent", "Accept-Encoding", "Accept"),
            )
        return self._client

    async def close(self) -> None:
        """Close the connections, for good."""
        self._is_closed = True
        if self._client is not None:
            await self._client.close()
