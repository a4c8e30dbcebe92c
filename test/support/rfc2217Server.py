# Runs the example server of pyserial, as Debian installs it, on a port that may be a pseudo-terminal.
# Prints what the server does to the port, and `listening` once it accepts connections.

import gzip
import logging
import os
import runpy
import socket
import sys
import tempfile
import time

import serial

EXAMPLE = "/usr/share/doc/python3-serial/examples/rfc2217_server.py"


def say(text):
    print(text, flush=True)


class Port(serial.Serial):
    """A pseudo-terminal has no modem lines, which the server takes for the end of the connection: here it has them."""

    def _update_dtr_state(self):
        say("dtr %d" % self._dtr_state)

    def _update_rts_state(self):
        say("rts %d" % self._rts_state)

    cts = dsr = ri = cd = property(lambda self: False)

    @property
    def baudrate(self):
        return serial.Serial.baudrate.fget(self)

    @baudrate.setter
    def baudrate(self, rate):
        say("baudrate %d" % rate)
        serial.Serial.baudrate.fset(self, rate)

    @property
    def timeout(self):
        return serial.Serial.timeout.fget(self)

    @timeout.setter
    def timeout(self, seconds):
        # The server waits so long for its own threads before it serves the next visitor.
        serial.Serial.timeout.fset(self, None if seconds is None else min(seconds, 0.05))


def port_for(url, *args, do_not_open=False, **kwargs):
    port = Port(None, *args, **kwargs)
    port.port = url
    if not do_not_open:
        port.open()
    return port


def listen(self, *args):
    usual_listen(self, *args)
    say("listening")


serial.serial_for_url = port_for
usual_listen, socket.socket.listen = socket.socket.listen, listen
usual_sleep = time.sleep
time.sleep = lambda seconds: usual_sleep(min(seconds, 0.05))

if not os.path.exists(EXAMPLE):
    with gzip.open(EXAMPLE + ".gz") as packed, tempfile.NamedTemporaryFile(suffix=".py", delete=False) as plain:
        plain.write(packed.read())
    EXAMPLE = plain.name
sys.argv[0] = EXAMPLE
# That visitors come and go, and how, is what tests look at from the other end.
logging.disable()
runpy.run_path(EXAMPLE, run_name="__main__")
