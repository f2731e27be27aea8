"""Tests with PostgreSQL and RabbitMQ."""
