"""Runs operators' commands as processes of their own."""

import asyncio
import sys
from asyncio.subprocess import Process

from libs.common.messaging.broker import Broker


async def begun(name: str, amqp_url: str, amqp_prefix: str, *arguments: str) -> Process:
    """The real command, whose output is to be read."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", f"libs.common.messaging.{name}", *arguments),
        env={"AMQP_URL": amqp_url, "AMQP_PREFIX": amqp_prefix},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def run_command(
    name: str, broker: Broker, amqp_url: str, *arguments: str
) -> tuple[int | None, str, str]:
    """Run the real command; its exit status and what it wrote."""
    process = await begun(name, amqp_url, broker.topology.prefix, *arguments)
    out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()
