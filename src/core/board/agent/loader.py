# Takes the rest of our Python: it travels deflated where the board can inflate, and is run only as it was sent. All of it
# lives among names of its own.


# A module of the firmware, also where the board has a file of that name: with a `u` in front MicroPython means its own.
def _mpb_module(name):
    try:
        return __import__("u" + name)
    except ImportError:
        return __import__(name)


def _mpb_load(source, total, packed):
    if packed:
        source = deflate.DeflateIO(_mpb_module("io").BytesIO(source), deflate.RAW, 12).read()
    if sum(source) != total:
        raise ValueError
    exec(source, globals())


# It may lack some of it, or be a file of the board's own where the firmware has none.
try:
    import deflate

    deflate.DeflateIO, deflate.RAW, _mpb_module("io").BytesIO
    print("mpb 1")
except Exception:
    deflate = None
    print("mpb 0")
