"""The worker process: dispatches events and sends messages in threads and runs background tasks; stops on SIGTERM."""

import asyncio
import os
import signal
import threading

import django
import structlog

log = structlog.get_logger(__name__)
RECONNECT_SECONDS = 2.0


async def work(stop: asyncio.Event) -> None:
    """Run tasks until `stop`; when the database goes away, wait for it and begin again."""
    from openoms.jobs.app import app

    while not stop.is_set():
        try:
            async with app.open_async():
                runner = asyncio.create_task(
                    app.run_worker_async(install_signal_handlers=False, concurrency=2, listen_notify=True)
                )
                stopping = asyncio.create_task(stop.wait())
                await asyncio.wait({runner, stopping}, return_when=asyncio.FIRST_COMPLETED)
                runner.cancel()
                stopping.cancel()
                await asyncio.gather(runner, stopping, return_exceptions=True)
        except Exception as error:  # The worker loop must outlive whatever the database does.
            log.warning("task runner lost its database", error=repr(error)[:300])
        if not stop.is_set():
            await asyncio.sleep(RECONNECT_SECONDS)


async def _main() -> None:
    from openoms.jobs import dispatcher, sender

    stop, dispatching = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    threads = [
        threading.Thread(target=dispatcher.run, args=(dispatching,), name="dispatcher"),
        *sender.threads(dispatching),
    ]
    for thread in threads:
        thread.start()
    log.info("worker started", pid=os.getpid())
    try:
        await work(stop)
    finally:
        dispatching.set()
        for thread in threads:
            await asyncio.to_thread(thread.join)
        log.info("worker stopped")


def main() -> None:
    """Entry point of `python -m openoms.jobs.worker`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openoms.config.settings")
    django.setup()
    asyncio.run(_main())


if __name__ == "__main__":
    main()
