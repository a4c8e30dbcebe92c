# What a restore needs besides the agent: taking files up, and names. Sent only when something is to be written.
#
# A run of chunks follows the command `w`. The head of a chunk: letter, then numbers in digits of base 90 (33 is none): bytes that
# follow (2), bytes that they stand for (2), check of all that (3), and one more digit that checks the head alone: what it says
# decides how many bytes are waited for. `o` opens a file, `d` is deflated data and `r` plain data of it, `c` closes it and asks
# for the beginning of the hash of what is on flash now, `v` renames a file (its name, a zero, the path that it gets in the same
# folder), `z` ends the run. Ctrl-C must stay what it is, so the
# byte 3 is escaped, and so is the byte 13, which text streams change. After each 56 bytes the board says that it has taken them:
# no more than 127 are ever under way, which no board loses.


def _mpb_take(window, chunk, send, source, sink, check, commands, hash_of):
    os = _mpb_module("os")
    size = chunk + 512

    # Tells of each piece that has come.
    def take(count, sign=b"\x06"):
        data = bytearray(count)
        view = memoryview(data)
        at = 0
        while at < count:
            at += source.readinto(view[at : at + 56])
            sink.write(sign)
        return data

    def write(word):
        file = inflate = feed = path = None
        send(b"g")
        try:
            while True:
                head = bytes(take(9, b""))
                if sum(head[:8]) % 90 + 33 != head[8]:
                    send(b"n", b"", 1)
                    raise GeneratorExit
                kind = head[:1]
                plain = 90 * head[3] + head[4] - 3003
                data = take(90 * head[1] + head[2] - 3003)
                if check(data, head[:5]) != 8100 * head[5] + 90 * head[6] + head[7] - 270303:
                    send(b"n", b"", 1)
                    raise GeneratorExit
                data = bytes(data)
                for mark, byte in ((b"\x10\x12", b"\x03"), (b"\x10\x13", b"\r"), (b"\x10\x11", b"\x10")):
                    data = data.replace(mark, byte)
                if kind == b"o":
                    path = data
                    file = open(path, "wb")
                elif kind == b"c":
                    file.close()
                    file = None
                    send(b"h", hash_of(path)[:12], 1)
                elif kind == b"v":
                    name, data = data.split(b"\0")
                    os.rename(data[: data.rfind(b"/") + 1] + name, data)
                    send(b"v", b"", 1)
                elif kind == b"z":
                    return
                else:
                    if kind == b"d":
                        if not inflate:
                            feed = _mpb_module("io").BytesIO(bytes(size))
                            feed.seek(size)
                            inflate = deflate.DeflateIO(feed, deflate.RAW, window)
                        # What the decompressor has not taken yet stays in front of what has come.
                        left = feed.read()
                        start = size - len(left) - len(data)
                        feed.seek(start)
                        feed.write(left)
                        feed.write(data)
                        feed.seek(start)
                        data = inflate.read(plain)
                    if len(data) != plain:
                        raise ValueError("deflate")
                    if file.write(data) != plain:
                        raise OSError(28)
        finally:
            if file:
                file.close()

    # The first `length` bytes of the hash of each file, all in one frame; a file that cannot be read has an error instead.
    def hashes(length, *paths):
        told = b""
        for path in paths:
            try:
                told += hash_of(path)[: int(length)]
            except OSError as error:
                send(b"h", told)
                told = b""
                send(b"x", str(error).encode())
        send(b"h", told)

    # `code` is how the board says that nothing is left to do: what is to be removed is not there, the folder to be made is.
    def unless(code, action, path):
        try:
            action(path)
        except OSError as error:
            if error.args[0] != code:
                raise

    commands[104] = hashes
    commands[119] = write
    commands[110] = getattr(os, "rename", None)
    commands[107] = lambda path: unless(2, os.remove, path)
    commands[75] = lambda path: unless(2, os.rmdir, path)
    commands[109] = lambda path: unless(17, os.mkdir, path)
