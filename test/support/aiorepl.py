# A program with a prompt of its own, as aiorepl gives it to asyncio programs: Ctrl-C is a byte to it, as any other.
# With RAW it has a raw REPL of its own with raw-paste, as aiorepl has since 2024; without, Ctrl-A means nothing to it.

import sys

import micropython

RAW = True
names = {"__name__": "__main__"}


def read():
    return sys.stdin.read(1)


def say(text):
    sys.stdout.write(text)


def paste():
    say("R\x01\x00\x02\x01")
    source = ""
    while True:
        character = read()
        if character in "\x03\x04":
            say("\x04")
            return source if character == "\x04" else "raise KeyboardInterrupt"
        source += character
        if len(source) % 512 == 0:
            say("\x01")


def raw_repl():
    while True:
        say("raw REPL; CTRL-B to exit\n>")
        source = ""
        while True:
            character = read()
            if character == "\x02":
                return say("\n")
            if character == "\x01" and source != "\x05A":
                break
            if character == "\x01":
                run(paste())
            elif character == "\x04":
                say("OK")
                run(source)
            elif character != "\x03":
                source += character
                continue
            source = ""


def run(source):
    try:
        exec(source, names)
        say("\x04")
    except Exception as error:
        say("\x04")
        sys.print_exception(error, sys.stdout)
    say("\x04>")


micropython.kbd_intr(-1)
try:
    character = ""
    while character != "\x04":
        say("\n--> ")
        while True:
            character = read()
            if character == "\x01" and RAW:
                raw_repl()
            elif character not in "\n\x01\x03\x04":
                say(character)
                continue
            break
finally:
    micropython.kbd_intr(3)
