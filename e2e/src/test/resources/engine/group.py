"""Runs a program with all that it starts as one group of processes, and leaves none of them behind.

Usage: group.py PROGRAM ARGUMENT...

An engine is several processes, and those that compute live on when its server is killed. Told to end, this asks all
of them to, and then kills them; so it does when the program has ended.
"""

import os
import signal
import subprocess
import sys

PATIENCE_SECONDS = 1


def end(number, frame):
    tell(signal.SIGTERM)
    try:
        program.wait(PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        pass
    tell(signal.SIGKILL)
    os._exit(128 + number)


def tell(number):
    try:
        os.killpg(program.pid, number)
        # A stopped process ends by nothing else.
        os.killpg(program.pid, signal.SIGCONT)
    except ProcessLookupError:
        pass


# Told to end between these two, it must not forget the program.
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
program = subprocess.Popen(
    sys.argv[1:],
    process_group=0,
    preexec_fn=lambda: signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM}),
)
signal.signal(signal.SIGTERM, end)
signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
status = program.wait()
tell(signal.SIGKILL)
sys.exit(status if status >= 0 else 128 - status)
