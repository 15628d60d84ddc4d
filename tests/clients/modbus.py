"""A Modbus TCP device by pymodbus. Its first line of input has the registers from address 0, each further one has registers to
change, by address; both are JSON, and each is answered by a line. It ends with its input."""

import asyncio
import json
import sys

from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

changed: dict[int, int] = {}


async def show(function_code, start_address, address, count, registers, values):
    """Shows what has changed meanwhile to whoever reads."""
    for place, value in changed.items():
        registers[place - start_address] = value


async def main() -> None:
    registers = json.loads(sys.stdin.readline())
    data = SimData(0, values=registers, datatype=DataType.REGISTERS)
    server = ModbusTcpServer(SimDevice(id=1, simdata=[data], action=show), address=("127.0.0.1", 0))
    await server.serve_forever(background=True)
    print(server.transport.sockets[0].getsockname()[1], flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        changed.update({int(place): value for place, value in json.loads(line).items()})
        print("shown", flush=True)
    await server.shutdown()


asyncio.run(main())
