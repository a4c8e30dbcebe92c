# A port whose board sends numbered lines, about a megabyte a second, and drops what it cannot get rid of within 200 ms,
# as boards do. Begins when it hears a line, ends when it hears the next, and then says how many it sent and dropped.
# Prints its path; ends with its input.

import os
import select
import sys
import termios
import time
import tty

PATIENCE_S = 0.2
LINES_PER_S = 10_000
FILLING = b"x" * 90


def main():
    board, host = os.openpty()
    tty.setraw(host, termios.TCSANOW)
    os.set_blocking(board, False)
    print(os.ttyname(host), flush=True)
    wait_for_line(board)
    sent = dropped = 0
    start = time.monotonic()
    while not heard_line(board):
        if sent > (time.monotonic() - start) * LINES_PER_S:
            time.sleep(0.001)
            continue
        if not say(board, b"%d:%s\n" % (sent, FILLING)):
            dropped += 1
        sent += 1
    say(board, b"end %d %d\n" % (sent, dropped))
    sys.stdin.read()


def wait_for_line(board):
    # The end of our own input ends us before anybody has begun.
    ready, _, _ = select.select([board, sys.stdin], [], [])
    if board not in ready or not os.read(board, 100):
        sys.exit()


def heard_line(board):
    ready, _, _ = select.select([board], [], [], 0)
    return bool(ready) and bool(os.read(board, 100))


def say(board, line):
    until = time.monotonic() + PATIENCE_S
    while line:
        _, ready, _ = select.select([], [board], [], max(0, until - time.monotonic()))
        if not ready:
            return False
        line = line[os.write(board, line):]
    return True


main()
