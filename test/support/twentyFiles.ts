// A board between two trees: what it has now, and the backup of 20 files that is put back. Some are new, some replaced, some
// edited in no backup, some the same, and some go.

const line = (name: string, number: number) => `${name} = ${number}  # ${'x'.repeat(number % 60)}\n`;
const script = (name: string, lines: number, version: string) =>
  Buffer.from(`# ${version}\n${Array.from({ length: lines }, (_, number) => line(name, number)).join('')}`);

/** Paths of the backup, in which order they come is no matter. */
const PATHS = [
  ...['boot.py', 'main.py', 'config.json', 'lib/a.py', 'lib/b.py', 'lib/c.py', 'lib/d.py', 'lib/net/e.py'],
  ...['lib/net/f.py', 'data/log.csv', 'data/table.bin', 'www/index.html', 'www/style.css', 'www/app.js'],
  ...['new/one.py', 'new/two.py', 'new/three.txt', 'same/g.py', 'same/h.py', 'same/i.py'],
];

const isNew = (path: string) => path.startsWith('new/');
const isSame = (path: string) => path.startsWith('same/');

/** What the backup has. */
export function wantedTree(): Map<string, Buffer> {
  const sizes = [4, 12, 90, 30, 200];
  return new Map(PATHS.map((path, at) => [path, script(`name${at}`, sizes[at % sizes.length] ?? 4, 'wanted')]));
}

/** What the board has before, and nothing of it is in a backup but what is the same. */
export function formerTree(): Map<string, Buffer> {
  const wanted = wantedTree();
  const former = new Map<string, Buffer>();
  for (const [path, content] of wanted) {
    if (isSame(path)) former.set(path, content);
    else if (!isNew(path)) former.set(path, script('former', 100 + path.length, 'former'));
  }
  for (const path of ['lib/old.py', 'junk/trash.txt', 'junk/deep/more.txt'])
    former.set(path, script('junk', 5, 'former'));
  return former;
}
