// Programs that make a simulated board lack or do something, from its next start: Python, to be put into `main.py`.

/** It cannot hash. */
export const NO_HASH = `
import sys
class _Nothing:
    pass
sys.modules['hashlib'] = sys.modules['uhashlib'] = _Nothing()
`;

/** Opening `bad.bin` to read it fails, as on a worn flash. */
export const BAD_FLASH = `
import builtins
_open = builtins.open
def open(path, *more):
    if bytes(path, 'utf8').endswith(b'bad.bin') if isinstance(path, str) else path.endswith(b'bad.bin'):
        raise OSError(5)
    return _open(path, *more)
builtins.open = open
`;

/** It cannot hash, and `log.txt` is different each time it is read. */
export const NO_HASH_AND_CHANGING = `${NO_HASH}
import builtins
_open = builtins.open
_count = [0]
class _Changing:
    def __init__(self, file):
        self.file = file
    def __enter__(self):
        return self
    def __exit__(self, *why):
        self.file.close()
    def readinto(self, buffer):
        count = self.file.readinto(buffer)
        _count[0] += 1
        if count:
            buffer[0] = _count[0] & 0xff
        return count
def open(path, *more):
    file = _open(path, *more)
    return _Changing(file) if bytes(path).endswith(b'log.txt') else file
builtins.open = open
`;
