import { version } from '../../package.json';
import { realPortSystem } from '../core/board/portSystem.js';
import { USUAL_SERIAL_SETTINGS } from '../core/board/transport/transport.js';
import { diagnose } from '../core/jobs/diagnose.js';
import { describeDiagnosis } from '../core/jobs/diagnoseText.js';
import { addressOf, controlLinesOf, LINE_USAGE, lineOptions } from './lineOptions.js';
import { takeArguments, type Verb } from './usage.js';

export const diagnoseVerb: Verb = {
  usage: `[PORT] [--probe] ${LINE_USAGE}`,
  summary: 'Find out why a board cannot be reached, and what to do about it',
  options: {
    probe: { type: 'boolean', about: 'ask the board too: its program is stopped, and restarted afterwards' },
    ...lineOptions,
  },
  details: `Without PORT, all ports are looked at. The output contains no passwords, so you can copy it into a bug report as
it is.

Exit codes: 0 nothing is wrong, 1 something is.`,
  async run(call) {
    const [url] = takeArguments(call, 0, 1);
    const { controlLines } = USUAL_SERIAL_SETTINGS;
    const diagnosis = await diagnose(call.context, realPortSystem(), {
      url,
      named: [],
      simulatedBoards: call.simulatedBoards,
      controlLines: controlLinesOf(call.text('control-lines')) ?? controlLines,
      ...(call.flag('probe') && { probe: (port: string) => addressOf(call, port) }),
    });
    const isWell = diagnosis.findings.every(({ state }) => state !== 'problem');
    const versions = [`MicroPython Backup ${version}`, `Node ${process.versions.node}`];
    call.output.result({ ok: isWell, versions, ...diagnosis }, describeDiagnosis(diagnosis, versions));
    return isWell ? 0 : 1;
  },
};
