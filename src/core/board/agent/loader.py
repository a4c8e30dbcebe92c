# Takes the rest of our Python: it travels deflated where the board can inflate, and is run only as it was sent. All of it
# lives among names of its own.


def _mpb_load(source, total, packed):
    if packed:
        from deflate import RAW, DeflateIO
        from io import BytesIO

        source = DeflateIO(BytesIO(source), RAW, 12).read()
    if sum(source) != total:
        raise ValueError
    exec(source, globals())


try:
    import deflate

    print("mpb 1")
except ImportError:
    print("mpb 0")
