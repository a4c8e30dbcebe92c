import { addSimulatedBoard } from '../core/board/transport/simulated.js';
import { BackupError, systemCode } from '../core/errors.js';
import { displayPath } from '../core/paths.js';
import { simulatedUrl } from '../core/simulatedUrl.js';
import { takeArguments, type Verb } from './usage.js';

export const simulateVerb: Verb = {
  usage: 'NAME',
  summary: 'Add a simulated board with a sample project, to try things out without hardware',
  options: {},
  async run(call) {
    const [name = ''] = takeArguments(call, 1);
    const folder = await addSimulatedBoard(call.simulatedBoards, name).catch((error: unknown) => {
      throw systemCode(error) === undefined ? error : unusable(call.simulatedBoards, error);
    });
    call.output.result(
      { url: simulatedUrl(name), folder },
      `The simulated board sim:${name} is ready; its files are in ${displayPath(folder)}.\nTry: mpbackup backup sim:${name}`,
    );
    return 0;
  },
};

function unusable(folder: string, cause: unknown): BackupError {
  const message = `The board could not be created in ${displayPath(folder)}, the folder for simulated boards.`;
  return new BackupError('bad-argument', message, {
    path: folder,
    hint: 'Check that this is a folder that you may write to, or name another one in MPBACKUP_SIMULATED_BOARDS.',
    cause,
  });
}
