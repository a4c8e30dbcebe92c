# Makes MicroPython's unix port a board: boot.py and main.py, the friendly REPL, the raw REPL with raw-paste, Ctrl-C, soft
# reset, and a flash of its own. Its terminal is the serial line. It follows pyexec.c of MicroPython.
# Arguments: IMAGE fat|littlefs UNIQUE_ID_IN_HEX WRITES_UNTIL_POWER_CUT (0 for never) BYTES_OF_INPUT (0 for all)
# MICROSECONDS_OF_A_WRITE.

import builtins
import gc
import io
import select
import sys
import termios
from binascii import unhexlify

import vfs
from unixFlash import mount, power_off

CTRL_A, CTRL_B, CTRL_C, CTRL_D, CTRL_E = b"\x01", b"\x02", b"\x03", b"\x04", b"\x05"
RAW_BANNER = b"raw REPL; CTRL-B to exit\r\n>"
# Tells the host that the terminal is set up. All that follows is the board's.
READY = b"\x06"
RESET = 6

image, kind, unique_id, writes, ring_size, write_us = sys.argv[1:]
# The host may send two windows before the board reads.
WINDOW = min(128, int(ring_size) // 2 or 128)
write = sys.stdout.buffer.write
plain_print = print
raw = False
world = {}


class SoftReset(Exception):
    pass


class Machine:
    unique_id = lambda: unhexlify(unique_id)
    reset = lambda: power_off(RESET)
    # How many bytes of input were lost since power on.
    lost = lambda: ring.lost if ring else 0


# What a UART has: bytes that come while nobody reads wait here, and those that find no room are lost. Looks when it is read,
# and so sees all at once what came while the board was busy.
class Ring:
    def __init__(self, source):
        self.source = source
        self.poll = select.poll()
        self.poll.register(source, select.POLLIN)
        self.held = bytearray()
        self.lost = 0

    def receive(self, patience):
        while self.poll.poll(patience):
            byte = self.source.read(1) or power_off(0)
            if len(self.held) < int(ring_size):
                self.held += byte
            else:
                self.lost += 1
            patience = 0

    def read(self, count):
        self.receive(0)
        while len(self.held) < count:
            self.receive(-1)
        taken = bytes(self.held[:count])
        self.held = self.held[count:]
        return taken

    # As on boards, all of it. What waits for more than fits has what came taken out of the ring.
    def readinto(self, buffer):
        for at in range(len(buffer)):
            buffer[at] = self.read(1)[0]
        return len(buffer)


# Puts the ring where programs find their input.
def use_ring():
    class Input:
        buffer = ring

    class Sys:
        pass

    for name in dir(sys):
        setattr(Sys, name, getattr(sys, name))
    Sys.stdin = Input
    sys.modules["sys"] = Sys


# Where nobody can ever write again, the board has no use.
def read():
    return (ring or sys.stdin.buffer).read(1) or power_off(0)


# Text streams of boards end lines with \r\n; those of the unix port do not.
def say(text):
    write(text.replace("\n", "\r\n").encode())


def board_print(*what, file=None, **more):
    if file:
        return plain_print(*what, file=file, **more)
    text = io.StringIO()
    plain_print(*what, file=text, **more)
    say(text.getvalue())


# Makes the terminal a plain line of bytes: nothing is echoed, translated or thrown away.
def open_line():
    settings = termios.tcgetattr(0)
    settings[0] = settings[1] = 0
    for key in (1, 10):
        settings[6][key] = b"\0"
    return settings


# Whether Ctrl-C interrupts, as while a program runs, or is a byte like any other, as at a prompt.
def interruptible(yes):
    terminal[3] = 0x80 | yes
    termios.tcsetattr(0, termios.TCSANOW, terminal)


# Runs code and shows what it raised. `end` follows its output, and the traceback.
def execute(source, name="<stdin>", mode="exec", end=b""):
    error = None
    # A second Ctrl-C may come before the first one has stopped the next.
    for begin in (True, False, False):
        try:
            if begin:
                interruptible(True)
                exec(compile(bytes(source), name, mode), world)
            interruptible(False)
        except BaseException as raised:
            error = error or raised
    write(end)
    if error and not isinstance(error, SystemExit):
        show(error)
    write(end)
    if isinstance(error, SystemExit):
        raise SoftReset


# A traceback, without the lines that tell of this file.
def show(error):
    text = io.StringIO()
    sys.print_exception(error, text)
    say("".join(line + "\n" for line in text.getvalue().split("\n") if line and __file__ not in line))


def run_file(name):
    try:
        with open(name, "rb") as file:
            source = file.read()
    except OSError:
        return
    execute(source, name)


# Until Ctrl-B.
def raw_repl():
    write(RAW_BANNER)
    source = bytearray()
    while True:
        byte = read()
        if byte == CTRL_B:
            return write(b"\r\n")
        if byte == CTRL_A and source == CTRL_E + b"A":
            execute(raw_paste(), end=CTRL_D)
            write(b">")
        elif byte == CTRL_A:
            write(RAW_BANNER)
        elif byte == CTRL_D:
            write(b"OK")
            if not source:
                write(b"\r\n")
                raise SoftReset
            execute(source, end=CTRL_D)
            write(b">")
        elif byte != CTRL_C:
            source += byte
            continue
        source = bytearray()


# Code in pieces: each 0x01 allows the host one window more.
def raw_paste():
    write(b"R\x01" + bytes((WINDOW & 255, WINDOW >> 8)) + b"\x01")
    source = bytearray()
    while True:
        byte = read()
        if byte in (CTRL_C, CTRL_D):
            write(CTRL_D)
            return source if byte == CTRL_D else b"raise KeyboardInterrupt"
        source += byte
        if len(source) % WINDOW == 0:
            write(b"\x01")


def greet():
    say(sys.version.split("; ")[1] + "; unix board with " + kind + '\nType "help()" for more information.\n')


# Until Ctrl-A.
def friendly_repl():
    greet()
    source = b""
    while True:
        write(b"... " if source else b">>> ")
        line = read_line()
        if line == CTRL_A:
            return write(b"\r\n")
        if line == CTRL_B:
            write(b"\r\n")
            greet()
        elif line != CTRL_C:
            block = line.endswith(b":") or (source and line)
            source += line + b"\n"
            if block:
                continue
            if source.strip():
                execute(source, mode="single")
        source = b""


# A line, or the control character that was typed into an empty one. Ctrl-C gives a line up.
def read_line():
    line = b""
    while True:
        byte = read()
        if byte == CTRL_C or byte == b"\r":
            write(b"\r\n")
            return line if byte == b"\r" else byte
        if byte >= b" ":
            line += byte
            write(byte)
        elif not line and byte == CTRL_D:
            write(b"\r\n")
            raise SoftReset
        elif not line and byte in (CTRL_A, CTRL_B):
            return byte


# From a start to the next soft reset. As on boards, main.py does not run where the reset came from the raw REPL.
def live():
    global raw, world
    world = {"__name__": "__main__"}
    run_file("boot.py")
    if not raw:
        run_file("main.py")
    while True:
        (raw_repl if raw else friendly_repl)()
        raw = not raw


# What a board forgets in a soft reset.
def forget():
    world.clear()
    for name in set(sys.modules) - ours:
        del sys.modules[name]
    for _, path in vfs.mount():
        if path != "/":
            vfs.umount(path)
    gc.collect()


ring = Ring(sys.stdin.buffer) if int(ring_size) else None
if ring:
    use_ring()
terminal = open_line()
interruptible(False)
mount(image, kind, int(writes), write_us=int(write_us))
builtins.print = board_print
# Code that means the firmware itself puts a `u` in front.
sys.modules["machine"] = sys.modules["umachine"] = Machine
sys.path[:] = ["", ".frozen", "/lib"]
ours = set(sys.modules)
write(READY)
while True:
    try:
        live()
    # An interrupt that came just as a program ended: boards have a moment like that, too.
    except (SoftReset, KeyboardInterrupt):
        say("MPY: soft reboot\n")
        forget()
