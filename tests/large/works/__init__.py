"""The works of each service, as they run: requests, consumers and jobs, on a database that was filled."""
