# Compression on boards whose firmware has it, for links that are slow enough for it to pay. Sent only then.


def _mpb_pack():
    from deflate import RAW, DeflateIO
    from io import BytesIO

    out = BytesIO()
    squeeze = DeflateIO(out, RAW, 10)

    # What has come out so far, of this piece and those before it; without a piece, the rest of it.
    def pack(piece=None):
        if piece is None:
            squeeze.close()
        else:
            squeeze.write(piece)
        count = out.tell()
        out.seek(0)
        data = out.read(count)
        out.seek(0)
        return data

    return pack
