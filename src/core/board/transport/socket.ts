// `socket://host:port`: the bytes of a serial port over TCP, as they are. What ser2net serves as `raw`, and QEMU.

import { addressOf, openTcp } from './tcp.js';
import type { OpenTransport } from './transport.js';

export const openSocket: OpenTransport = async (url, events, signal) => openTcp(url, addressOf(url), events, signal);
