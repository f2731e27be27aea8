"""The stories of the whole suite, through the gateway, in a file per subject.

All files share one suite: a worker of a parallel run gets the folder whole (`one_worker` in pyproject.toml).
"""
