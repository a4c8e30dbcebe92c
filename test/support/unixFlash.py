# A flash chip in a file of the host, with a FAT or a littlefs on it. For MicroPython's unix port.

import ffi
import os
import vfs

# Bytes of a flash that is made, where nothing else is asked for.
SIZE = 1 << 20
# What the file system is made by, and its blocks in bytes: sectors for FAT, what flash erases at once for littlefs.
KINDS = {"fat": (vfs.VfsFat, 512), "littlefs": (vfs.VfsLfs2, 4096)}

power_off = ffi.open(None).func("v", "_exit", "i")
POWER_CUT = 7
# Unlike MicroPython's own, one that Ctrl-C cannot break off.
sleep_us = ffi.open(None).func("i", "usleep", "I")


def nothing(code):
    pass


# On boards this is C, which Ctrl-C cannot break off in the middle. Here it cannot either: MicroPython looks for Ctrl-C
# only where bytecode jumps. So there is no `if` in these methods, and no loop.
class Flash:
    def __init__(self, file, block, writes_until_power_cut=0, write_us=0):
        self.write_us = write_us
        self.file = file
        self.block = block
        self.answers = {4: file.seek(0, 2) // block, 5: block}
        self.writes_left = writes_until_power_cut
        self.fate = {1: power_off}

    def readblocks(self, number, buffer, offset=0):
        self.file.seek(number * self.block + offset)
        self.file.readinto(buffer)

    # The write at which power is cut does not happen. 0 at the start never comes to 1.
    def writeblocks(self, number, buffer, offset=0):
        self.fate.get(self.writes_left, nothing)(POWER_CUT)
        self.writes_left -= 1
        sleep_us(self.write_us)
        self.file.seek(number * self.block + offset)
        self.file.write(buffer)

    def ioctl(self, request, argument):
        return self.answers.get(request, 0)


# Opens the flash in `image` and mounts its file system as the only one, at `/`; makes both where there is no image yet.
# Nothing of the host can be reached from then on.
def mount(image, kind, writes_until_power_cut=0, size=SIZE, write_us=0):
    file_system, block = KINDS[kind]
    try:
        file = open(image, "r+b")
    except OSError:
        file = open(image, "w+b")
        file.seek(size - 1)
        file.write(b"\0")
        file_system.mkfs(Flash(file, block))
    mounted = file_system(Flash(file, block, writes_until_power_cut, write_us))
    vfs.umount("/")
    vfs.mount(mounted, "/")
    os.chdir("/")
