"""PostgreSQL and RabbitMQ as child processes, for the tests and for `make up`."""
