// The parts of Emscripten and of the MicroPython port that we touch, as types. The package itself has none.

/** A file or folder as Emscripten's file system layer sees it. */
export interface FsNode {
  name: string;
  mode: number;
  parent: FsNode;
  mount: FsMount;
  node_ops: object;
  stream_ops: object;
}

export interface FsMount {
  type: unknown;
  opts: { root?: string };
  mountpoint: string;
  mounts: FsMount[];
}

/** An open file. `flags` are Linux's: the low two bits are 0 to read, 1 to write, 2 for both. */
export interface FsStream {
  node: FsNode;
  flags: number;
  position: number;
  seekable: boolean;
  stream_ops: object;
  /** Ours: the descriptor in Node. */
  hostFd?: number;
}

export interface EmscriptenFs {
  root: FsNode;
  streams: (FsStream | null)[];
  ErrnoError: new (errno: number) => Error;
  FSNode: new (parent: FsNode | null, name: string, mode: number, device: number) => FsNode;
  hashAddNode(node: FsNode): void;
}

/** What the compiled firmware offers. Pointers are byte offsets in `memory`. */
export interface FirmwareExports {
  memory: WebAssembly.Memory;
  __indirect_function_table: WebAssembly.Table;
  mp_sched_keyboard_interrupt(): void;
  mp_hal_get_interrupt_char(): number;
  mp_js_repl_init(): void;
  /** @returns a value with bit 0x100 set if the REPL wants a soft reset */
  mp_js_repl_process_char(character: number): number;
}

/** What `loadMicroPython` of the port gives. */
export interface Port {
  FS: EmscriptenFs;
  /** Runs Python in `__main__`; throws an Error named `PythonError`, whose `type` is the exception's and `message` the traceback. */
  runPython(code: string): unknown;
  registerJsModule(name: string, module: object): void;
}

export interface PortModule {
  loadMicroPython(options: { url: string; linebuffer: false; heapsize: number }): Promise<Port>;
}
