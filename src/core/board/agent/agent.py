# The agent: sent once a session, it takes commands from the host and answers in frames, until it is told to quit.
#
# A command is a line: four hex digits that check the rest, then one letter, then words. A word is a path as it stands
# (it begins with `/`) or, where it holds bytes that a line cannot, `x` and hex.
# A frame is: two bytes of magic, kind, sequence number, length (2), check (2), then that many bytes. All numbers are little-endian.
# The host acknowledges each frame with one byte; no more than two are under way, so the line never holds more than it can.
# Any byte but an acknowledgement (or a newline, by which the host asks whether we live) stops what we do.


def _mpb(size, more=None):
    import sys

    os = _mpb_module("os")
    unhexlify = _mpb_module("binascii").unhexlify
    sha256 = _mpb_module("hashlib").sha256
    # Where a board has only text streams, the host undoes what they do to line ends; a byte behind each frame tells it apart
    # from half a line end.
    source = getattr(sys.stdin, "buffer", sys.stdin)
    sink = getattr(sys.stdout, "buffer", sys.stdout)
    end = b"" if sink is not sys.stdout else b"."
    one = bytearray(1)
    block = memoryview(bytearray(size))
    credit = sequence = 0
    number = int.from_bytes

    def check(data, head=b""):
        return (number(data, "little") + 257 * number(head, "little")) % 65521

    def heard():
        source.readinto(one)
        return one[0]

    def send(kind, data=b"", free=0):
        nonlocal credit, sequence
        credit += free
        while not credit:
            sign = heard()
            if sign == 6:
                credit = 1
            elif sign != 10:
                # None that file systems raise, and no Exception.
                raise GeneratorExit
        credit -= 1
        head = kind + bytes((sequence,)) + len(data).to_bytes(2, "little")
        sink.write(b"\xf5\x9a" + head + check(data, head).to_bytes(2, "little"))
        sink.write(data)
        sink.write(end)
        sequence = sequence + 1 & 255

    # Adds up to `left` bytes of a file to its hash. Says something now and then, for files that take long; that needs no
    # acknowledgement.
    def absorb(file, state, left=1 << 31):
        beat = 0
        while left:
            count = file.readinto(block[:left] if left < size else block)
            if not count:
                break
            state.update(block[:count])
            left -= count
            beat += 1
            if beat & 15 == 0:
                send(b"b", b"", 1)

    def hash_of(path):
        state = sha256()
        with open(path, "rb") as file:
            absorb(file, state)
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
    # Remembers the first paths of files, so that they can be asked for by number.
    def scan(root, how, *skip):
        nonlocal found
        found = []
        most = size - 1024 >> 4
        out = bytearray()

        def add(kind, name, more=b""):
            nonlocal out
            out += bytes((kind, len(name) & 255, len(name) >> 8)) + name + more
            if len(out) > size >> 2:
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
                    try:
                        if entry[1] & 0xF000 == 0x4000:
                            # A damaged file system may have a folder within itself.
                            if len(path) > 4000:
                                raise OSError(36)
                            todo.append(path)
                            continue
                        stat = os.stat(path) if b"t" in how or len(entry) < 4 else ()
                        length = stat[6] if stat else entry[3]
                        more = length.to_bytes(4, "little")
                        if b"t" in how:
                            more += (stat[8] & 0xFFFFFFFF).to_bytes(4, "little")
                        if b"h" in how:
                            more += hash_of(path)[:12]
                        add(0, name, more)
                        if len(found) < most:
                            try:
                                found.append(path)
                            except MemoryError:
                                most = 0
                    # A file system may be written in Python, and raise whatever it likes.
                    except Exception as error:
                        add(1, name)
                        add(3, str(error).encode())
            except Exception as error:
                add(3, str(error).encode())
        send(b"d", out)
        send(b"f", len(found).to_bytes(2, "little"))

    # The bytes of files, one after the other, each with the beginning of a hash behind its last bytes, which is of all its bytes
    # and its path: that frame has a capital letter. Of the first file only what follows `start`. A number is one of the files
    # that the last scan found. `how` is `-` where nothing is packed, `P` or `p` where it is (see pack.py): anew, or going on from
    # what was packed before.
    def read(how, start, *paths):
        nonlocal pack
        if how != b"p":
            pack = None
        if how == b"P":
            pack = _mpb_pack()
        start = int(start)
        for path in paths:
            if path.isdigit():
                path = found[int(path)]
            try:
                with open(path, "rb") as file:
                    whole = sha256()
                    absorb(file, whole, start)
                    start = 0
                    last = False
                    while not last:
                        room = pack[0]() if pack else block
                        count = 0
                        # Only nothing at all is the end of a file.
                        while not last and count < len(room):
                            got = file.readinto(room[count:])
                            last = not got
                            count += got
                        piece = room[:count]
                        whole.update(piece)
                        kind = b"d"
                        packed = pack and pack[1](count)
                        if packed:
                            kind = b"c"
                            piece = packed
                        if last:
                            kind = kind.upper()
                            whole.update(path)
                            piece = bytes(piece) + whole.digest()[:8]
                        send(kind, piece)
            except OSError as error:
                send(b"x", str(error).encode())

    # Of the file system that holds `path`: bytes of a block, how many it has, and how many are free.
    def space(path):
        for count in os.statvfs(path)[1:4]:
            send(b"d", count.to_bytes(8, "little"))

    found = []
    pack = None
    commands = {115: scan, 114: read, 118: space, 63: lambda word: send(b"?", word)}
    if more:
        more(send, source, sink, check, commands, hash_of)

    while True:
        # Grows in place: a new object for each byte of a long path would be a lot to collect.
        line = bytearray()
        while heard() != 10:
            line += one
        line = bytes(line).lstrip(b"\x06\x18")
        credit = 2
        sequence = 0
        if not line:
            continue
        try:
            body = line[4:]
            if b"%04x" % check(body) != line[:4]:
                send(b"n")
            elif body == b"q":
                break
            else:
                words = body[1:].split(b" ")
                commands[body[0]](*(unhexlify(word[1:]) if word[:1] == b"x" else word for word in words))
                send(b"z")
        except GeneratorExit:
            pass
        except Exception as error:
            credit = 1
            send(b"e", repr(error).encode())
