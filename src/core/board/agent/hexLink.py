# The whole of our Python on boards that cannot hold more: it runs what the host asks for, and tells what came of it in one
# line: kind, value in hex, mark. Kind is `v` for a value, `x` for an exception, `n` for a question that arrived damaged.

try:
    import os
except ImportError:
    import uos as os
import sys

_file = None
_last = 0
_kind = "n"
_value = b""


# A number made of all bytes: one that was lost, doubled or changed shows. Small integers only: not every board has others.
def _mark(data):
    mark = len(data)
    for byte in data:
        mark = (mark * 31 + byte) & 0xFFFFFF
    return mark


# `words` are the name of a function or an expression that gives one, and the bytes that it is called with. A question that is
# asked again, because its answer was lost, gets that answer and is not run again: a piece of a file must not be read or written
# twice.
def _ask(number, check, *words):
    global _last, _kind, _value
    kind = "n"
    value = b""
    if _mark(b" ".join(words)) ^ number == check:
        if number != _last:
            _last = number
            _kind = "x"
            # What is told where a Ctrl-C of the host ended it.
            _value = b"KeyboardInterrupt()"
            try:
                name = str(words[0], "utf-8")
                # What has a name needs no parser, which takes memory.
                _value = (globals().get(name) or eval(name))(*words[1:])
                _kind = "v"
            except Exception as error:
                _value = repr(error)
            if not isinstance(_value, bytes):
                _value = bytes(str(_value), "utf-8")
        kind = _kind
        value = _value
    print(kind, end=" ")
    for byte in value:
        print("%02x" % byte, end="")
    print("", _mark(bytes(kind, "utf-8") + value) ^ check)


# Opens the one file that is open at a time; closes it where there is no path.
def _open(path, mode):
    global _file
    file = _file
    _file = None
    if file:
        file.close()
    if path:
        _file = open(path, str(mode, "utf-8"))


def _read(count):
    return _file.read(int(count))


def _write(data):
    return _file.write(data)
