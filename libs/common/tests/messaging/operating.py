"""Runs operators' commands as processes of their own."""

import asyncio
import sys

from libs.common.messaging.broker import Broker


async def run_command(
    name: str, broker: Broker, amqp_url: str, *arguments: str
) -> tuple[int | None, str, str]:
    """Run the real command; its exit status and what it wrote."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", f"libs.common.messaging.{name}", *arguments),
        env={"AMQP_URL": amqp_url, "AMQP_PREFIX": broker.topology.prefix},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()
