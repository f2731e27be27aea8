"""The parts of a process: app, server, background tasks, timed jobs, health checks.

Importing a process makes objects that stay: the garbage collector would look through them hundreds of times,
a tenth of a start. `serve` sets it to the pace of requests.
"""

import gc

GC_ALLOCATIONS_AT_A_START = 500_000

gc.set_threshold(GC_ALLOCATIONS_AT_A_START)
