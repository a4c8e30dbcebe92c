# The agent: pasted once a session, it takes commands from the host and answers in frames, until it is told to quit.
#
# A command is a line: four hex digits that check the rest, then one letter, then words. A word is a path as it stands
# (it begins with `/`) or, where it holds bytes that a line cannot, `x` and hex.
# A frame is: two bytes of magic, kind, sequence number, length (2), check (2), then that many bytes. All numbers are little-endian.
# The host acknowledges each frame with one byte; no more than four are under way, so the line never holds more than it can.
# Any byte but an acknowledgement (or a newline, by which the host asks whether we live) stops what we do.


def _mpb(more=None):
    import os
    import sys
    from binascii import unhexlify
    from hashlib import sha256

    source = sys.stdin.buffer
    sink = sys.stdout.buffer
    block = bytearray(1024)
    view = memoryview(block)
    credit = sequence = 0
    number = int.from_bytes

    def check(data, head=b""):
        return (number(data, "little") + 257 * number(head, "little")) % 65521

    def send(kind, data=b"", free=0):
        nonlocal credit, sequence
        credit += free
        while not credit:
            sign = source.read(1)
            if sign == b"\x06":
                credit = 1
            elif sign != b"\n":
                raise EOFError
        credit -= 1
        head = kind + bytes((sequence,)) + len(data).to_bytes(2, "little")
        sink.write(b"\xf5\x9a" + head + check(data, head).to_bytes(2, "little"))
        sink.write(data)
        sequence = sequence + 1 & 255

    # Gives the blocks of a file, up to `end` bytes.
    def blocks(file, end=1 << 31):
        while end:
            count = file.readinto(view[:end] if end < 1024 else block)
            if not count:
                break
            end -= count
            yield view[:count]

    # A file's hash. Says something now and then, for files that take long; that needs no acknowledgement.
    def hash_of(path):
        state = sha256()
        beat = 0
        with open(path, "rb") as file:
            for piece in blocks(file):
                state.update(piece)
                beat += 1
                if beat & 63 == 0:
                    send(b"b", b"", 1)
        return state.digest()

    # What is in a folder. Asked for `/` boards give names as text, whatever they are asked with, and raise at one that is
    # no UTF-8; for `//` they give bytes, but not the mounts, which come first and have no size: so it goes on there.
    def entries(folder):
        known = 0
        try:
            for entry in os.ilistdir(folder or b"/"):
                known += len(entry) > 3
                yield entry
        except ValueError:
            for entry in os.ilistdir(folder + b"//"):
                known -= 1
                if known < 0:
                    yield entry

    # Lists all below `root`: for each folder its path, then what is in it. `how` is `h` for hashes, `t` for times.
    def scan(root, how, *skip):
        out = bytearray()

        def add(kind, name, more=b""):
            nonlocal out
            out += bytes((kind, len(name) & 255, len(name) >> 8)) + name + more
            if len(out) > 900:
                send(b"d", out)
                out = bytearray()

        todo = [root]
        while todo:
            folder = todo.pop()
            add(2, folder)
            try:
                for entry in entries(folder):
                    # Where it is text, its length would count characters.
                    name = b"" + entry[0]
                    path = folder + b"/" + name
                    if path in skip:
                        continue
                    if entry[1] & 0xF000 == 0x4000:
                        todo.append(path)
                        continue
                    try:
                        stat = os.stat(path) if b"t" in how or len(entry) < 4 else ()
                        size = stat[6] if stat else entry[3]
                        more = size.to_bytes(4, "little")
                        if b"t" in how:
                            more += (stat[8] & 0xFFFFFFFF).to_bytes(4, "little")
                        if b"h" in how:
                            more += hash_of(path)[:12]
                        add(0, name, more)
                    except OSError as error:
                        add(1, name)
                        add(3, str(error).encode())
            except OSError as error:
                add(3, str(error).encode())
        send(b"d", out)

    # The whole hash of each file; a file that cannot be read has an error instead.
    def hashes(*paths):
        for path in paths:
            try:
                send(b"h", hash_of(path))
            except OSError as error:
                send(b"x", str(error).encode())

    # A file's bytes from `start` on, after the hash of what comes before; then the hash of all of it. With `pack` deflated.
    def read(path, start, pack=None):
        whole = sha256()
        pack = pack and _mpb_pack()
        with open(path, "rb") as file:
            if start != b"0":
                before = sha256()
                for piece in blocks(file, int(start)):
                    whole.update(piece)
                    before.update(piece)
                send(b"p", before.digest())
            for piece in blocks(file):
                whole.update(piece)
                send(b"d", pack(piece) if pack else piece)
            if pack:
                send(b"d", pack())
        send(b"h", whole.digest())

    # Size and free bytes of the file system that holds `path`.
    def space(path):
        stat = os.statvfs(path)
        for count in stat[2:4]:
            send(b"d", (stat[1] * count).to_bytes(8, "little"))

    commands = {115: scan, 104: hashes, 114: read, 118: space, 63: lambda word: send(b"?", word)}
    if more:
        more(send, source, sink, check, commands, hash_of)

    while True:
        line = source.readline().lstrip(b"\x06\x18\n")
        credit = 4
        sequence = 0
        if not line:
            continue
        try:
            body = line[4:-1]
            if b"%04x" % check(body) != line[:4]:
                send(b"n")
            elif body == b"q":
                break
            else:
                words = body[1:].split(b" ")
                commands[body[0]](*(unhexlify(word[1:]) if word[:1] == b"x" else word for word in words))
                send(b"z")
        except EOFError:
            pass
        except Exception as error:
            credit = 1
            send(b"e", repr(error).encode())
