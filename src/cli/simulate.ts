import { addSimulatedBoard } from '../core/board/transport/simulated.js';
import { takeArguments, type Verb } from './usage.js';

export const simulateVerb: Verb = {
  usage: 'NAME',
  summary: 'Adds a simulated board with a sample project, to try things without hardware',
  options: {},
  async run(call) {
    const [name = ''] = takeArguments(call, 1);
    const folder = await addSimulatedBoard(call.simulatedBoards, name);
    call.output.result(
      { url: `sim:${name}`, folder },
      `The simulated board sim:${name} is ready; its files lie in ${folder}.\nTry: mpbackup backup sim:${name}`,
    );
    return 0;
  },
};
