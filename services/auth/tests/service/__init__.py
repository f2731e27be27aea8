"""The whole service on real PostgreSQL and RabbitMQ."""
