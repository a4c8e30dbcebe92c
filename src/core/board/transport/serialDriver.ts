// The package `serialport`, whose native part does not fit every machine: loaded with `import()` alone, when a port is needed.

export { unixRead } from '@serialport/bindings-cpp/dist/unix-read.js';
export { SerialPort } from 'serialport';
