"""PostgreSQL, RabbitMQ and other servers as processes or containers, for the tests and for `make up`."""
