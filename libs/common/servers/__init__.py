"""PostgreSQL and RabbitMQ on one machine, with nothing installed by hand."""
