"""The parts that every service and the gateway are built from."""
