"""Runs the cases of a client's script, one after the other, and ends with 1 when one of them fails.

Further arguments of the script name cases to leave out: what a server does not serve.
"""

import sys
import traceback


def run(client, cases):
    failures = 0
    for case in cases:
        if case.__name__ in sys.argv[4:]:
            continue
        try:
            case()
            print("ok   " + case.__name__)
        except Exception:
            failures += 1
            print("FAIL " + case.__name__)
            traceback.print_exc(file=sys.stdout)
    print(f"{client.__name__} {client.__version__}: {failures} failures")
    sys.exit(1 if failures else 0)
