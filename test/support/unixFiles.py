# Looks into the flash of a board that is off, or puts files there. Arguments: IMAGE fat|littlefs list|write,
# and how many bytes a flash shall have that is made.
# `list` prints a line for each path, `write` reads such lines: `d PATH`, or `f PATH CONTENT`; both in hex, empty as `-`.

import os
import sys
from binascii import hexlify, unhexlify

from unixFlash import mount

image, kind, verb, *size = sys.argv[1:]
mount(image, kind, 0, *map(int, size))


def tell(*words):
    print(" ".join(word if isinstance(word, str) else hexlify(word).decode() or "-" for word in words))


# `/` itself would give names as text, and fail at those that are none.
def list_all(folder):
    for name, type, *_ in os.ilistdir(folder + b"/."):
        path = folder + b"/" + name
        if type == 0x4000:
            tell("d", path[1:])
            list_all(path)
        else:
            with open(path, "rb") as file:
                tell("f", path[1:], file.read())


def make_folder(path):
    if path:
        try:
            os.stat(path)
        except OSError:
            make_folder(path.rsplit(b"/", 1)[0])
            os.mkdir(path)


def write_all():
    for line in sys.stdin:
        type, path, *content = line.split()
        path = b"/" + unhexlify(path)
        make_folder(path if type == "d" else path.rsplit(b"/", 1)[0])
        if content:
            with open(path, "wb") as file:
                file.write(unhexlify(content[0].replace("-", "")))


if verb == "list":
    list_all(b"")
else:
    write_all()
