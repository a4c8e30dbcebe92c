# Tells what this board can do: one `key value` line each, free text as hex. Asked once per connection.
# Every question stands alone: a board that lacks one thing still answers the others.


def _mpb_probe():
    import sys

    told = mark = 0

    # Lines are counted and added up, so that one that the line changed is noticed.
    def tell(key, value):
        nonlocal told, mark
        line = "%s %s" % (key, value)
        told += 1
        mark += sum(line.encode())
        print("\n" + line)

    def text(key, value):
        tell(key, "".join("%02x" % b for b in bytes(str(value), "utf-8")))

    def has(module, name):
        try:
            return int(hasattr(__import__(module), name))
        except ImportError:
            return 0

    text("platform", sys.platform)
    text("version", sys.version)
    tell("implementation", sys.implementation[0])
    tell("binary", int(hasattr(sys.stdout, "buffer")))
    try:
        import os

        text("machine", os.uname().machine)
        text("release", os.uname().release)
    except (ImportError, AttributeError):
        pass
    for key, module, name in (
        ("sha256", "hashlib", "sha256"),
        ("base64", "binascii", "b2a_base64"),
        ("hex", "binascii", "hexlify"),
        ("ilistdir", "os", "ilistdir"),
        ("stat", "os", "stat"),
        ("mkdir", "os", "mkdir"),
        ("rename", "os", "rename"),
        ("statvfs", "os", "statvfs"),
        ("inflate", "deflate", "DeflateIO"),
    ):
        tell(key, has(module, name))
    # Only some firmware compresses: then what decompresses can write, too.
    try:
        from deflate import DeflateIO

        tell("deflate", int(hasattr(DeflateIO, "write")))
    except ImportError:
        pass
    try:
        import machine

        text("uid", "".join("%02x" % b for b in machine.unique_id()))
    except (ImportError, AttributeError):
        pass
    try:
        import time

        tell("epoch", time.gmtime(0)[0])
    except (ImportError, AttributeError):
        pass
    try:
        import gc

        gc.collect()
        tell("heap", gc.mem_free())
    except (ImportError, AttributeError):
        pass
    # The file systems and where they are, as firmware since 1.25 tells it.
    try:
        import vfs

        for system, path in vfs.mount():
            text("mount", path + " " + type(system).__name__)
    except (ImportError, AttributeError, TypeError):
        pass
    print("\n=", told, mark)


_mpb_probe()
del _mpb_probe
