import { listPorts } from '../core/board/ports.js';
import { displayPath } from '../core/paths.js';
import { takeArguments, type Verb } from './usage.js';

export const boardsVerb: Verb = {
  usage: '',
  summary: 'List the ports that may lead to a board, and the simulated boards',
  options: {},
  async run(call) {
    takeArguments(call, 0);
    const { ports, trouble } = await listPorts([], call.simulatedBoards);
    if (trouble) call.output.note(`${trouble.message} ${trouble.hint ?? ''}`);
    const boards = ports.map(({ url, hardware }) => ({ url, ...hardware }));
    const lines = ports.map(({ url, hardware }) => {
      const { manufacturer, vendorId, productId, serialNumber } = hardware;
      return [url, manufacturer, vendorId && `${vendorId}:${productId}`, serialNumber]
        .flatMap((text) => (text ? displayPath(text) : []))
        .join('  ');
    });
    call.output.result(
      { boards, ...(trouble && { trouble: trouble.message }) },
      lines.length > 0
        ? lines.join('\n')
        : 'No board was found. `mpbackup simulate demo` adds a simulated board to try things out.',
    );
    return trouble ? 3 : 0;
  },
};
