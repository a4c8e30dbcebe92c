// What looks like words of the interface and is none, each with the reason.

/** A file, or the beginning of its path; `words` are those in it that are meant, `{}` stands for a value; without them all are. */
export const NOT_TRANSLATED: ReadonlyArray<{ path: string; words?: readonly string[]; why: string }> = [
  { path: 'src/core/defaults.ts', words: ['MicroPython Backups'], why: 'A folder that is the same in all languages.' },
  {
    path: 'src/core/html.ts',
    words: ["default-src 'none'; img-src data:; style-src 'nonce-{}'", '<!DOCTYPE html>\n{}\n'],
    why: 'Words of the protocol.',
  },
  ...['src/extension.ts', 'src/ui/registerCommands.ts', 'src/ui/status/statusBar.ts'].map((path) => {
    return { path, words: ['MicroPython Backup'], why: 'Our name.' };
  }),
  { path: 'src/ui/status/statusText.ts', words: ['MicroPython Backup: {}'], why: 'Our name.' },
  {
    path: 'src/core/text.ts',
    words: [
      ...['older archive', 'lost file', 'damaged archive', 'sound backup', 'selected item', 'other secret'],
      ...['other file', 'old backup', 'more archive', 'hidden message', 'deleted backup'],
    ],
    why: 'They name what is counted.',
  },
  ...[
    ['prune', 'prunes backups'],
    ['pruneAfter', 'prunes backups'],
    ['repair', 'repairs backups'],
    ['restore', 'restores a backup'],
    ['settleRestore', 'undoes a restore'],
    ['settleRestore', 'finishes a restore'],
    ['syncOffsite', 'copies to the second place'],
    ['testRestore', 'tests a backup'],
    ['undelete', 'brings back deleted backups'],
    ['upkeep', 'checks the backups'],
    ['upkeep', 'tidies up'],
    ['verify', 'verifies backups'],
  ].map(([job, does = '']) => {
    return { path: `src/core/jobs/${job}.ts`, words: [does], why: 'Stands in a lock, which others read.' };
  }),
  {
    path: 'src/core/jobs/pruneAfter.ts',
    words: [' of {}', '{} backup{} of {}', '{}: the {} ({}) went to the trash. {}'],
    why: 'Goes to the log.',
  },
  {
    path: 'src/core/plan/plausible.ts',
    words: [
      ...['the board names it twice', 'the board names it inside a file'],
      'the board names no size that a file can have',
    ],
    why: 'Stands in backups.',
  },
  { path: 'src/core/plan/knownBoards.ts', words: ['Microsoft'], why: 'A name.' },
  { path: 'src/core/plan/linuxAccess.ts', words: ['Linux', 'ModemManager'], why: 'Names.' },
  { path: 'src/core/plan/secretWords.ts', why: 'What names and values are compared with.' },
  {
    path: 'src/core/plan/usbChips.ts',
    words: [
      ...['Silicon Labs CP210x', 'WCH CH340', 'WCH CH343', 'WCH CH9102', 'Prolific PL2303', 'Raspberry Pi RP2'],
      ...['Raspberry Pi RP2040', 'Raspberry Pi Debug Probe', 'Raspberry Pi RP2350', 'Espressif ESP32'],
      ...['Espressif USB Serial/JTAG', 'MicroPython pyboard', 'Adafruit', 'Arduino', 'Seeed', 'SparkFun', 'Teensy'],
      ...['DAPLink (micro:bit and others)', 'SEGGER J-Link'],
    ],
    why: 'Names of chips and their makers.',
  },
  { path: 'src/ui/runDiagnosis.ts', words: ['MicroPython Backup {}', 'Node {}'], why: 'Names and versions.' },
  { path: 'src/ui/portHolders.ts', words: ['MicroPico', 'Pymakr', 'Serial Monitor'], why: 'Names of extensions.' },
  { path: 'src/ui/transport.ts', words: ['WebREPL'], why: 'A name.' },
  { path: 'src/ui/transport.ts', words: ['webrepl {}'], why: 'A key in the secret storage.' },
  {
    path: 'src/ui/keys/storedKeys.ts',
    words: ['backup keys of other folders', 'backup keys {}'],
    why: 'Keys in the secret storage.',
  },
  { path: 'src/ui/failures.ts', words: ['micropythonBackup schedule'], why: 'What the settings are searched for.' },
  { path: 'src/ui/schedule/scheduledWork.ts', words: ['Scheduled backup of {} ({})'], why: 'Goes to the log.' },
  { path: 'src/ui/secondPlace/choosePlace.ts', words: ['rclone config'], why: 'A command.' },
  { path: 'src/ui/secondPlace/secondPlaceWords.ts', words: ['second place'], why: 'Names it among running jobs.' },
];
