"""The signals to end: each does what Ctrl-C does, once, wherever it meets the work."""

from __future__ import annotations

import _thread
import signal
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_LATER = 0.02  # seconds after which an interrupt that got lost is sent again


def _send(number: int) -> None:
    """Send a signal to the main thread, so that it also wakes from what it waits for."""
    if sys.platform == "win32":
        _thread.interrupt_main(number)
    else:
        signal.pthread_kill(threading.main_thread().ident or 0, number)


@contextmanager
def as_one_interrupt() -> Iterator[list[int]]:
    """Turn the first signal to end into an interrupt, and be deaf to more; give the list that will hold it.

    After the block, which is a process's only work, signals to end are ignored: what is done is done.
    """
    told: list[int] = []
    signals = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    free = (signal.SIG_DFL, signal.default_int_handler)  # `nohup` ignores one, and Windows has no SIGHUP
    caught = [number for number in signals if signal.getsignal(number) in free]

    def hear(*, deaf: bool = False) -> None:
        for number in caught:
            signal.signal(number, signal.SIG_IGN if deaf else end)

    def end(number: int, _frame: object) -> None:
        hear(deaf=True)  # a second one must not disturb the cleaning up
        told.append(int(number))
        raise KeyboardInterrupt

    def again(lost: sys.UnraisableHookArgs) -> None:
        """Send an interrupt again that was lost in a destructor, or where a library written in C calls Python."""
        if told and lost.exc_type is KeyboardInterrupt:
            hear()
            later = threading.Timer(_LATER, _send, [told.pop()])
            later.daemon = True
            later.start()
        else:
            earlier(lost)

    hear()
    earlier, sys.unraisablehook = sys.unraisablehook, again
    try:
        yield told
    finally:
        hear(deaf=True)
        sys.unraisablehook = earlier
