# Runs before boot.py in each life of a simulated board: what its firmware lacks of a real board's.
def _set_up():
    import _board
    import ubinascii
    import builtins
    import sys

    # A module as far as a program can tell. There are no pins: a program that asks for them gets an AttributeError.
    class machine:
        PWRON_RESET = 1
        SOFT_RESET = 5

        def reset():
            _board.reset()

        def soft_reset():
            raise SystemExit

        def unique_id():
            return ubinascii.unhexlify(_board.unique_id)

        def freq(*hertz):
            return 125000000

        def reset_cause():
            return 1

    # The port's own input() never waits.
    def ask(prompt=""):
        sys.stdout.write(prompt)
        line = bytearray()
        while True:
            byte = sys.stdin.buffer.read(1)
            if byte in b"\r\n":
                sys.stdout.write("\n")
                return line.decode()
            if byte in b"\x08\x7f":
                if line:
                    line = line[:-1]
                    sys.stdout.write("\x08 \x08")
            elif byte == b"\x04" and not line:
                raise EOFError
            else:
                line.extend(byte)
                sys.stdout.buffer.write(byte)

    sys.modules["machine"] = machine
    builtins.input = ask


_set_up()
del _set_up
