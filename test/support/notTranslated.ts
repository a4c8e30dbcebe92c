// What looks like words of the interface and is none, each with the reason.

/** A file, or the beginning of its path; `words` are those in it that are meant, `{}` stands for a value; without them all are. */
export const NOT_TRANSLATED: ReadonlyArray<{ path: string; words?: readonly string[]; why: string }> = [
  { path: 'src/core/defaults.ts', words: ['MicroPython Backups'], why: 'A folder that is the same in all languages.' },
  {
    path: 'src/core/html.ts',
    words: ["default-src 'none'; img-src data:; style-src 'nonce-{}'", '<!DOCTYPE html>\n{}\n'],
    why: 'Words of the protocol.',
  },
  ...[
    'src/extension.ts',
    'src/ui/failures.ts',
    'src/ui/registerCommands.ts',
    'src/ui/status/statusBar.ts',
    'src/ui/tasks/tasks.ts',
  ].map((path) => {
    return { path, words: ['MicroPython Backup'], why: 'Our name.' };
  }),
  {
    path: 'src/ui/registerCommands.ts',
    words: ['selected rows', 'from the walkthrough'],
    why: 'What package.json names in place of a row.',
  },
  { path: 'src/ui/status/statusText.ts', words: ['MicroPython Backup: {}'], why: 'Our name.' },
  {
    path: 'src/core/text.ts',
    words: [
      ...['older archive', 'lost file', 'damaged archive', 'sound backup', 'selected item', 'other secret'],
      ...['other file', 'old backup', 'other archive', 'more archive', 'hidden message', 'deleted backup'],
    ],
    why: 'They name what is counted.',
  },
  { path: 'src/core/errors.ts', words: ['BackupError', '\n  caused by: '], why: 'Go to the log.' },
  ...[
    ['annotate.ts', 'notes something on backups'],
    ['backup.ts', 'takes a backup'],
    ['changeKey.ts', 'changes the key'],
    ['deleteBackups.ts', 'deletes backups'],
    ['emptyTrash.ts', 'empties the trash'],
    ['exportBackups.ts', 'exports backups'],
    ['importBackups.ts', 'imports backups'],
    ['makeFull.ts', 'makes a backup full'],
    ['prune.ts', 'prunes backups'],
    ['pruneAfter.ts', 'prunes backups'],
    ['repair.ts', 'repairs backups'],
    ['restore.ts', 'restores a backup'],
    ['settleRestore.ts', 'undoes a restore'],
    ['settleRestore.ts', 'finishes a restore'],
    ['syncOffsite.ts', 'copies to the second place'],
    ['testRestore.ts', 'tests a backup'],
    ['undelete.ts', 'brings back deleted backups'],
    ['upkeep.ts', 'checks the backups'],
    ['upkeep.ts', 'tidies up'],
    ['verify.ts', 'verifies backups'],
  ].map(([name, work]) => {
    return { path: `src/core/jobs/${name}`, words: [`${work}`], why: 'Stands in the file of a lock.' };
  }),
  ...['src/core/jobs/changeKey.ts', 'src/core/jobs/keyText.ts'].map((path) => {
    return {
      path,
      words: ['in the way', 'in the way, in the trash', 'in quarantine'],
      why: 'Results, as --json has them.',
    };
  }),
  {
    path: 'src/core/jobs/cutOff.ts',
    words: ['The board cannot hash, so all of its files are read again.'],
    why: 'Goes to the log.',
  },
  {
    path: 'src/core/jobs/farDecision.ts',
    words: ['It is encrypted for an earlier key, and a later archive has it.'],
    why: 'Goes to the log.',
  },
  {
    path: 'src/core/jobs/describeBoard.ts',
    words: ['VfsLfs1', 'VfsLfs2', 'VfsFat', 'VfsRom'],
    why: 'What boards say.',
  },
  { path: 'src/core/jobs/keyText.ts', words: ['# created: {}\n# public key: {}\n{}\n'], why: 'Stands in key files.' },
  { path: 'src/core/jobs/reportPage.ts', words: ['class="warning"'], why: 'An attribute.' },
  { path: 'src/core/jobs/reportPage.ts', words: ['mpbackup offsite set PLACE'], why: 'To be typed as it is.' },
  {
    path: 'src/core/jobs/reportPage.ts',
    words: ['MicroPython Backup: report'],
    why: 'The head of the page.',
  },
  {
    path: 'src/core/jobs/reportPage.ts',
    words: [
      '{} in archives of {} on disk; unpacked, the files of the board are {}.',
      '{} failed.',
      'What changes most: {}, in {}.',
    ],
    why: 'Said on the command line alone.',
  },
  { path: 'src/core/jobs/reportPictures.ts', words: ['M{} {}'], why: 'Part of a picture.' },
  { path: 'src/core/jobs/reportTables.ts', words: ['class="figure"'], why: 'An attribute.' },
  {
    path: 'src/core/plan/maskedDiff.ts',
    words: [
      'Not shown: lines added: {}, removed: {}. Lines are shown of sources in Python, unless they are for one board alone.',
      'Not shown: it has too many lines.',
      'Not shown: it differs in too many lines.',
    ],
    why: 'Said to a language model.',
  },
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
  {
    path: 'src/core/plan/farRetention.ts',
    words: [
      'It holds content that backups need which are kept.',
      'Its backup is not kept there, and no other needs it.',
      'A later archive has all that it has.',
    ],
    why: 'Goes to the log.',
  },
  { path: 'src/core/archive/readme.ts', why: 'Stands in archives.' },
  ...['src/core/archive/ageHeader.ts', 'src/core/archive/knownKeys.ts', 'src/core/store/encryption.ts'].map((path) => {
    return { path, words: ['does not fit'], why: 'A result, which is never shown.' };
  }),
  {
    path: 'src/core/store/encryptionFile.ts',
    words: ['micropython-backup encryption.json'],
    why: 'Goes into a key: other words, and nothing opens any more.',
  },
  { path: 'src/core/store/indexFile.ts', words: ['These are no contents.'], why: 'Is never shown.' },
  { path: 'src/core/store/restoreRecords.ts', words: ['no hash'], why: 'Is never shown.' },
  {
    path: 'src/core/store/turn.ts',
    words: ['takes a scheduled backup'],
    why: 'Stands in the file of a lock; lockWork.ts has the words.',
  },
  ...['src/core/offsite/folderPlace.ts', 'src/core/offsite/rclonePlace.ts'].map((path) => {
    return { path, words: ['Can anything be written here?\n'], why: 'Stands in a file of the second place.' };
  }),
  {
    path: 'src/core/offsite/rclonePlace.ts',
    words: ['moving into place', 'setting aside', 'tidying up'],
    why: 'Go to the log; they name the sentence that is shown.',
  },
  { path: 'src/core/board/activity.ts', words: ['import m'], why: 'Python.' },
  { path: 'src/core/board/agent/agentLink.ts', words: ['LineFault'], why: 'Name of a class.' },
  {
    path: 'src/core/board/agent/agentSession.ts',
    words: ['packed by viper', 'text streams'],
    why: 'Stand in logs and manifests.',
  },
  { path: 'src/core/board/agent/agentSession.ts', words: ['del {}'], why: 'Python.' },
  { path: 'src/core/board/agent/execFiles.ts', words: ['del {}'], why: 'Python.' },
  { path: 'src/core/board/agent/hexFiles.ts', why: 'Python.' },
  {
    path: 'src/core/board/agent/hexLink.ts',
    words: ["import builtins as {};{}={'_b':{}};{}('begun')", "NameError: name '{}'"],
    why: 'Python.',
  },
  {
    path: 'src/core/board/boardErrors.ts',
    words: ['OSError: file not found', 'OSError: no more storage space', 'MemoryError'],
    why: 'What boards say.',
  },
  { path: 'src/core/board/boardErrors.ts', words: ['BoardException'], why: 'Name of a class.' },
  { path: 'src/core/board/connect.ts', words: ['; the line takes {} a second'], why: 'Goes to the log.' },
  { path: 'src/core/board/harmlessTraceback.ts', words: ['The board reported an error.'], why: 'Stands in manifests.' },
  {
    path: 'src/core/board/identity.ts',
    words: ['Simulated board', 'MicroPython board'],
    why: 'Stand in manifests, as what the board is.',
  },
  { path: 'src/core/board/rawMode.ts', words: ['raw REPL; CTRL-B to exit\r\n>'], why: 'What boards say.' },
  { path: 'src/core/board/rawRepl.ts', words: ['soft reboot', 'ValueError'], why: 'What boards say.' },
  { path: 'src/core/board/sendCode.ts', words: ['w REPL; CTRL-B to exit\r\n>'], why: 'What boards say.' },
  ...['interrupt', 'repl', 'sample', 'textStreams', 'worker'].map((name) => {
    return { path: `src/core/board/simulated/${name}.ts`, why: 'What is on a simulated board, and what it says.' };
  }),
  { path: 'src/core/board/transport/webRepl.ts', words: ['Password: ', 'Access denied'], why: 'What boards say.' },
  { path: 'src/core/board/weakProbe.ts', why: 'Python, and what boards say.' },
  { path: 'src/ui/runDiagnosis.ts', words: ['MicroPython Backup {}', 'Node {}'], why: 'Names and versions.' },
  { path: 'src/ui/portHolders.ts', words: ['MicroPico', 'Pymakr', 'Serial Monitor'], why: 'Names of extensions.' },
  {
    path: 'src/ui/tools/lookTools.ts',
    words: [
      'Not shown: it is a folder, no UTF-8 text, or larger than 64 kB.',
      'Not shown: one of the backups could not read it, or did not look at it.',
    ],
    why: 'Said to a language model.',
  },
  { path: 'src/ui/transport.ts', words: ['WebREPL'], why: 'A name.' },
  { path: 'src/ui/transport.ts', words: ['webrepl {}'], why: 'A key in the secret storage.' },
  {
    path: 'src/ui/keys/storedKeys.ts',
    words: ['backup keys of other folders', 'backup keys {}'],
    why: 'Keys in the secret storage.',
  },
  {
    path: 'src/ui/registerCommands.ts',
    words: ['selected rows', 'from the walkthrough'],
    why: 'Arguments in package.json.',
  },
  { path: 'src/ui/failures.ts', words: ['micropythonBackup schedule'], why: 'What the settings are searched for.' },
  { path: 'src/ui/schedule/scheduledWork.ts', words: ['Scheduled backup of {} ({})'], why: 'Goes to the log.' },
  { path: 'src/ui/secondPlace/choosePlace.ts', words: ['rclone config'], why: 'A command.' },
  { path: 'src/ui/secondPlace/secondPlaceWords.ts', words: ['second place'], why: 'Names it among running jobs.' },
  { path: 'src/core/jobs/archiveFilesPage.ts', words: ['open'], why: 'An attribute.' },
  ...['src/core/jobs/archivePage.ts', 'src/core/jobs/closedArchivePage.ts'].map((path) => {
    return { path, words: ['button primary'], why: 'Classes of a style.' };
  }),
];
