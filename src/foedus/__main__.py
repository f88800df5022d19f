"""The way in: ``python -m foedus`` and the ``foedus`` script."""

from __future__ import annotations

import signal


def start() -> None:
    """Run the command line. Until it listens, nothing has been begun, and Ctrl-C ends the process without a word."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # `nohup` and scripts may have it ignored
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from foedus.cli import main

    main()


if __name__ == "__main__":
    start()
