# Compression on the board, for links that are slow enough for it to pay. Sent only then.
#
# Finds repetitions (LZ77) and writes them as deflate does, with one fixed table of Huffman codes that both sides know:
# `_mpb_lengths` has their lengths as letters, and is set by the host (unpack.ts). Each chunk is for itself but for the
# repetitions, which reach back into what came before, also into other files.


# The codes of all symbols, reversed and with their length in the lowest four bits: literals and lengths, then distances.
def _mpb_codes():
    codes = _mpb_module("array").array("H", bytes(2 * len(_mpb_lengths)))
    for start, end in ((0, 286), (286, 316)):
        code = 0
        for bits in range(1, 13):
            for symbol in range(start, end):
                if _mpb_lengths[symbol] == bits + 96:
                    mirrored = 0
                    for at in range(bits):
                        mirrored |= (code >> at & 1) << bits - 1 - at
                    codes[symbol] = mirrored << 4 | bits
                    code += 1
            code <<= 1
    return codes


# Packs what lies in the ring from `start` to `end`. Positions count on from `turn`, modulo 65536. `heads` has for each hash
# of three bytes where it was met last. One position is held back: a longer match at the next one is worth a literal.
# The first two bits are those with which the header of the block ends.
#
# Returns the length of what it wrote to `out`; not less than `end - start` where it did not shrink.
@micropython.viper
def _mpb_squeeze(ring: ptr8, start: int, end: int, turn: int, heads: ptr16, codes: ptr16, out: ptr8, mask: int) -> int:
    pool = written = held = held_distance = 0
    bits = 2
    at = free = start
    while at <= end and written < end - start:
        head = (ring[at] * 73 + ring[at + 1] * 1031 + ring[at + 2] * 5003 >> 3) & mask >> 2
        seen = heads[head]
        heads[head] = at + turn & 65535
        if at >= free:
            distance = (at + turn - seen & 65535) - 1
            length = 0
            if 0 <= distance < mask - (mask >> 2):
                seen = at - 1 - distance
                most = end - at
                if most > 130:
                    most = 130
                while length < most and ring[seen + length & mask] == ring[at + length]:
                    length += 1
            if length < 3:
                length = 1
            if held:
                value = 0
                step = 1
                symbol = ring[at - 1]
                next_distance = -1
                if held > 2 and held >= length:
                    value = held - 3
                    step = 4
                    symbol = 257
                    next_distance = held_distance
                    free = at - 1 + held
                    length = 0
                while True:
                    extra = 0
                    while value >> extra >= 2 * step:
                        extra += 1
                    code = codes[symbol + step * extra + (value >> extra)]
                    pool |= (code >> 4 | (value & (1 << extra) - 1) << (code & 15)) << bits
                    bits += (code & 15) + extra
                    while bits > 7:
                        out[written] = pool & 255
                        written += 1
                        pool >>= 8
                        bits -= 8
                    if next_distance < 0:
                        break
                    value = next_distance
                    step = 2
                    symbol = 286
                    next_distance = -1
            held = length
            held_distance = distance
        at += 1
    pool |= (codes[256] >> 4) << bits
    bits += codes[256] & 15
    while bits > 0:
        out[written] = pool & 255
        written += 1
        pool >>= 8
        bits -= 8
    return written


# Two functions: one gives the room for what is read next, the other packs what was read into it, or gives nothing where
# that does not shrink.
def _mpb_pack():
    size = 1 << _mpb_bits
    quarter = size >> 2
    ring = bytearray(size + 3)
    view = memoryview(ring)
    heads = _mpb_module("array").array("H", bytes(2 * quarter))
    codes = _mpb_codes()
    out = memoryview(bytearray(quarter + 16))
    at = turn = 0

    def room():
        return view[at : min(at + quarter, size)]

    def squeeze(count):
        nonlocal at, turn
        written = _mpb_squeeze(ring, at, at + count, turn, heads, codes, out, size - 1)
        at += count
        if at == size:
            at = 0
            turn = turn + size & 65535
        return out[:written] if written < count else None

    return room, squeeze
