# Closes the files that a program left open. On FAT an open file knows its place in the directory, and when it is closed, at the
# next soft reset at the latest, it notes there how long it is and where it begins: also where another file has that place by then.


# What a program calls `globals` may be something else.
_mpb_globals = globals


# `names` are those of the program. Files are looked for in them, in its modules, and in whatever these hold, what is nearest first:
# not for long, and not in long lists, which are data.
def _mpb_close(names):
    import gc
    import sys

    # What its tasks have open has no name: once nobody has the tasks any more, it is closed as they are collected.
    for name in ("asyncio.core", "uasyncio.core"):
        try:
            sys.modules[name].new_event_loop()
            sys.modules[name].cur_task = None
        except (KeyError, AttributeError):
            pass
    seen = {}
    waiting = []

    def wait(things):
        if len(things) < 1000:
            if isinstance(things, dict):
                # A program may have a `sys` of its own beside the one that it is asked for here.
                things = [things[name] for name in things if name not in ("stdin", "stdout", "stderr")]
            waiting.extend(thing for thing in things if not isinstance(thing, (int, str, bytes)))

    wait(names)
    wait(sys.modules)
    while waiting and len(seen) < 2000:
        thing = waiting.pop(0)
        if id(thing) in seen or thing is sys or thing is names:
            continue
        seen[id(thing)] = True
        kind = type(thing)
        try:
            if kind.__name__ in ("FileIO", "TextIOWrapper"):
                if thing is not sys.stdin and thing is not sys.stdout:
                    thing.close()
            elif kind is dict or kind is list or kind is tuple:
                wait(thing)
            elif hasattr(thing, "__dict__"):
                wait(thing.__dict__)
        # A program may have objects that raise whatever they like, and a file may find no room for what it still has to write.
        except Exception:
            pass
    gc.collect()
