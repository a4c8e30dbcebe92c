# The file operations that backups and restores need of a board, in one name, so that nothing else of the board's is touched.
# Paths are bytes: a name need not be UTF-8. Answers are lines of text. A file's bytes travel as they are, behind a mark and
# their length, where the board has binary streams, else as lines of base64. While something takes long, a `.` now and then
# tells that the board is alive.


class _mpb:
    import sys

    os = _mpb_module("os")
    a2b_base64 = _mpb_module("binascii").a2b_base64
    b2a_base64 = _mpb_module("binascii").b2a_base64
    hexlify = _mpb_module("binascii").hexlify
    try:
        sha256 = _mpb_module("hashlib").sha256
    except (ImportError, AttributeError):
        sha256 = None

    block = memoryview(bytearray(1020))
    binary = getattr(sys.stdout, "buffer", None)
    file = None

    # How many lines were told, and a number made of all their bytes: the host sees whether one was lost or changed.
    # Small integers only: not every board has others.
    told = mark = 0

    # One line: kind, name in hex, then what the caller adds.
    def tell(kind, path, *more):
        line = " ".join((kind, _mpb.hexlify(path).decode() or "-") + tuple(str(item) for item in more)).replace("\n", " ")
        _mpb.told += 1
        _mpb.mark = (_mpb.mark * 31 + sum(line.encode())) & 0xFFFFFF
        print(line)

    # Does what it is asked to where the words arrived as they were sent: a number made of their bytes tells.
    def sure(check, name, *words):
        data = b" ".join(words)
        mark = len(data)
        for byte in data:
            mark = (mark * 31 + byte) & 0xFFFFFF
        if mark != check:
            raise ValueError("mpb")
        getattr(_mpb, name)(*words)

    def begin():
        _mpb.told = _mpb.mark = 0

    def end():
        print("=", _mpb.told, _mpb.mark)

    # The names in a folder and whether each is a folder, where known without asking for each.
    def names(folder):
        if hasattr(_mpb.os, "ilistdir"):
            known = 0
            try:
                for entry in _mpb.os.ilistdir(folder or b"/"):
                    known += len(entry) > 3
                    yield entry[0], entry[1] & 0xF000 == 0x4000
            # Asked for `/`, boards raise at a name that is no UTF-8. For `//` they give bytes, but not the mounts, which come
            # first and have no size: so it goes on there.
            except ValueError:
                for entry in _mpb.os.ilistdir(folder + b"//"):
                    known -= 1
                    if known < 0:
                        yield entry[0], entry[1] & 0xF000 == 0x4000
        else:
            for name in _mpb.os.listdir(folder or b"/"):
                yield name, None

    # Tells all that is below `root`, except what is below the paths in `skip`.
    def scan(root, *skip):
        _mpb.begin()
        waiting = [root]
        while waiting:
            folder = waiting.pop()
            try:
                for name, is_folder in _mpb.names(folder):
                    if isinstance(name, str):
                        name = name.encode()
                    path = folder + b"/" + name
                    if path not in skip:
                        _mpb.look(path, is_folder, waiting)
            # A file system may be written in Python, and raise whatever it likes.
            except Exception as error:
                _mpb.tell("!", folder, error)
        _mpb.end()

    def look(path, is_folder, waiting):
        try:
            stat = _mpb.os.stat(path)
            if is_folder or stat[0] & 0xF000 == 0x4000:
                # A damaged file system may have a folder within itself.
                if len(path) > 4000:
                    raise OSError(36)
                _mpb.tell("d", path)
                waiting.append(path)
            else:
                _mpb.tell("f", path, stat[6], stat[8])
        except Exception as error:
            _mpb.tell("!", path, error)

    # Gives a file's blocks one by one to `use`; returns the hash of just those bytes, or None.
    def blocks(path, use):
        state = _mpb.sha256() if _mpb.sha256 else None
        with open(path, "rb") as file:
            while True:
                count = file.readinto(_mpb.block)
                if not count:
                    break
                piece = _mpb.block[:count]
                if state:
                    state.update(piece)
                use(piece)
        return _mpb.hexlify(state.digest()).decode() if state else "-"

    def hash(*paths):
        _mpb.begin()
        for path in paths:
            beat = [0]

            def use(piece):
                beat[0] += 1
                if beat[0] % 64 == 0:
                    print(".")

            try:
                _mpb.tell("h", path, _mpb.blocks(path, use))
            except OSError as error:
                _mpb.tell("!", path, error)
        _mpb.end()

    def send(piece):
        if _mpb.binary:
            print("\x0e%04x" % len(piece), end="")
            _mpb.binary.write(piece)
        else:
            print(_mpb.b2a_base64(piece).decode(), end="")

    def read(path):
        print("=", _mpb.blocks(path, _mpb.send))

    def create(path):
        _mpb.file = open(path, "wb")

    def append(text):
        data = _mpb.a2b_base64(text)
        if _mpb.file.write(data) != len(data):
            raise OSError(28)

    def close():
        file = _mpb.file
        _mpb.file = None
        if file:
            file.close()

    def rename(path, to):
        _mpb.os.rename(path, to)

    # `code` is how the board says that nothing is left to do: what is to be removed is not there, the folder to be made is.
    def unless(code, action, path):
        try:
            action(path)
        except OSError as error:
            if error.args[0] != code:
                raise

    def remove(path):
        _mpb.unless(2, _mpb.os.remove, path)

    def remove_folder(path):
        _mpb.unless(2, _mpb.os.rmdir, path)

    def make_folder(path):
        _mpb.unless(17, _mpb.os.mkdir, path)

    # Size and free bytes of the file system that holds `path`.
    def space(path):
        found = _mpb.os.statvfs(path)
        print(*found[1:4])
