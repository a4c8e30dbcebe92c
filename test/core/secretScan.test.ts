// What the scan for secrets finds and what it leaves alone: lines as they stand in projects on boards.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { mayHoldSecrets, secretsIn } from '../../src/core/plan/secretScan.js';

const SOURCES = join(ASSETS_FOLDER, '..');

/** Put together here, so that no scan of this very file takes them for real. */
const KEY_BEGINS = `-----BEGIN ${'PRIVATE KEY'}-----`;
const KEY_BODY = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7';
const GITHUB = `gh${'p_'}${'aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dE3fG5'}`;
const JWT = ['eyJhbGciOiJIUzI1NiJ9', 'eyJzdWIiOiJncmVlbmhvdXNlIn0', 'TJVA95OrM7E2cBab30RMHrHDcEfxjoYZ'].join('.');

const FOUND: Array<[path: string, text: string, kind: string, line?: number]> = [
  // Given to a name
  ['secrets.py', 'SSID = "Allotment"\nWIFI_PASSWORD = "correct horse"', 'wifi', 2],
  ['boot.py', "ssid = 'TP-Link_9162'\npassword = '65919675'", 'wifi', 2],
  ['boot.py', 'WIFI_PASS=b"gr33nh0use"', 'wifi'],
  ['boot.py', 'wifiPassword = "gr33nh0use"', 'wifi'],
  ['boot.py', 'SSID, PASS, BROKER = "Allotment", "gr33nh0use", "192.168.1.10"', 'wifi'],
  ['boot.py', 'ssid, password = ("Allotment", "gr33nh0use")', 'wifi'],
  ['boot.py', 'PASSWORD: str = "gr33nh0use"', 'password'],
  ['boot.py', 'self.passwd = "gr33nh0use"  # of the broker', 'password'],
  ['boot.py', 'MQTT_PASS = const("gr33nh0use")', 'password'],
  ['boot.py', 'APP_KEY = ubinascii.unhexlify("A1B2C3D4E5F60718293A4B5C6D7E8F90")', 'token'],
  ['boot.py', 'ADAFRUIT_AIO_KEY = "4f1d7c2e9b8a40cd"', 'token'],
  ['boot.py', "BLYNK_AUTH = 'q7Xv2LmN8pRt4WzK'", 'token'],
  ['boot.py', '#WIFI_PASSWORD = "old-h0use"', 'wifi'],
  ['boot.py', 'config["wifi_pw"] = "gr33nh0use"', 'wifi'],
  ['boot.py', 'DEBUG = 1; PASSWORD = "gr33nh0use"', 'password'],
  ['boot.py', 'PASSWORD = "gr33nh0use".encode()', 'password'],
  ['webrepl_cfg.py', "PASS = 'rosebud7'", 'password'],
  // Handed over
  ['boot.py', 'wlan.connect("Smart_box-142", "rosebud1941")', 'wifi'],
  ['boot.py', 'sta_if.connect(ssid, "rosebud1941")', 'wifi'],
  ['boot.py', 'network.WLAN(network.STA_IF)\nsta.connect(\n  "Allotment",\n  "rosebud1941",\n)', 'wifi', 4],
  ['boot.py', 'wifi.radio.connect("Allotment", "rosebud1941")', 'wifi'],
  ['boot.py', 'esp.connect_AP(b"Allotment", b"rosebud1941")', 'wifi'],
  ['boot.py', 'wlan.connect("Allotment", auth=(WLAN.WPA2, "rosebud1941"), timeout=5000)', 'wifi'],
  ['boot.py', 'do_connect("Allotment", "rosebud1941")', 'wifi'],
  ['boot.py', 'ap.config(essid="Shed", authmode=3, password="rosebud1941")', 'wifi'],
  ['boot.py', 'ap.config(ssid="Shed", key="rosebud1941")', 'wifi'],
  ['boot.py', '# wlan.connect("Allotment", "rosebud1941")', 'wifi'],
  ['main.py', 'c = MQTTClient("pico", "10.0.0.2", user="shed", password="rosebud1941")', 'password'],
  ['main.py', 'c = MQTTClient("pico", "10.0.0.2", 1883, "shed", "rosebud1941")', 'password'],
  ['main.py', 'urequests.get(URL, auth=("shed", "rosebud1941"))', 'password'],
  ['main.py', 'URL = "mqtt://shed:rosebud1941@10.0.0.2:1883"', 'password'],
  ['main.py', 'headers = {"Authorization": "Bearer 9f8e7d6c5b4a3021"}', 'token'],
  ['main.py', 'webrepl.start(password="rosebud7")', 'password'],
  // In tables
  ['secrets.py', 'secrets = {\n  "ssid": "Allotment",\n  "password": "rosebud1941",\n}', 'wifi', 3],
  ['secrets.py', "secrets = {'ssid': 'Allotment', 'pw': 'rosebud1941'}", 'wifi'],
  ['wifi.py', 'networks = {\n  "Allotment": "rosebud1941",\n}', 'wifi', 2],
  ['wifi.py', 'KNOWN_NETWORKS = [("Allotment", "rosebud1941")]', 'wifi'],
  ['wifi.py', 'WIFI = ("Allotment", "rosebud1941")', 'wifi'],
  ['config.json', '{"wifi": {"ssid": "Allotment", "password": "rosebud1941"}}', 'wifi'],
  ['config.json', '{\n  "mqtt_password": "rosebud1941"\n}', 'password', 2],
  ['settings.toml', 'CIRCUITPY_WIFI_SSID = "Allotment"\nCIRCUITPY_WIFI_PASSWORD = "rosebud1941"', 'wifi', 2],
  ['settings.toml', 'CIRCUITPY_WEB_API_PASSWORD = "rosebud1941"', 'password'],
  // One setting a line
  ['.env', 'WIFI_PASSWORD=rosebud1941', 'wifi'],
  ['config.ini', '[mqtt]\nuser = shed\npassword = rosebud1941 ; of the broker', 'password', 3],
  ['wifi.conf', 'network={\n  ssid="Allotment"\n  psk="rosebud1941"\n}', 'wifi', 3],
  ['config.yaml', 'wifi:\n  ssid: Allotment\n  password: "rosebud 1941"', 'wifi', 3],
  ['wifi.txt', 'ssid=Allotment\r\npassword=rosebud1941\r\n', 'wifi', 2],
  // By their shape
  ['ota.py', `HEADERS = {"x": "${GITHUB}"}`, 'token'],
  ['notes.md', `The bot has ${GITHUB}.`, 'token'],
  ['jwt.txt', JWT, 'token'],
  ['key.pem', `${KEY_BEGINS}\n${KEY_BODY}\n`, 'private-key'],
  ['tls.py', `KEY = b"""\\\n${KEY_BEGINS}\n${KEY_BODY}`, 'private-key', 2],
  ['tls.py', `KEY = "${KEY_BEGINS}\\n${KEY_BODY}"`, 'private-key'],
];

const LEFT_ALONE: Array<[path: string, text: string]> = [
  // Nothing, and examples
  ['a.py', 'PASSWORD = ""'],
  ['a.py', 'PASSWORD = None'],
  ['a.py', 'PASSWORD = "your-password"'],
  ['a.py', 'PASSWORD = "YourPassword123"'],
  ['a.py', 'WIFI_PASSWORD = const("WIFI_PASSWORD")'],
  ['a.py', "PASSWORD = '<FILL IN PASSWORD>'"],
  ['a.py', 'PASSWORD = "********"'],
  ['a.py', 'PASSWORD = "changeme"'],
  ['a.py', 'PASSWORD = "xxxxxxxx"'],
  ['a.py', 'PASSWORD = "my_wifi_password"'],
  ['a.py', 'PASSWORD = "12345678"'],
  ['a.py', 'wifi_password = "wifipassword" # wifipassword'],
  ['a.py', "secrets = {'mqtt_key' : 'HIVEMQ_PASSWORD', 'ssid': 'x'}"],
  ['a.py', 'secrets = {"wifi_pw": "{your wifi password}"}'],
  ['a.py', 'wlan.connect("ssid", "key")'],
  ['a.py', "sta_if.connect('<your SSID>', '<your key>')"],
  ['a.py', "sta_if.connect('Wokwi-GUEST', '')"],
  ['settings.toml', 'ADAFRUIT_AIO_KEY = "aio_Your_Really_Long_AIO_User_Key"'],
  // From elsewhere
  ['a.py', 'PASSWORD = os.getenv("CIRCUITPY_WIFI_PASSWORD")'],
  ['a.py', 'password = input("Password: ")'],
  ['a.py', 'password = getpass("Wi-Fi password of the shed? ")'],
  ['a.py', 'password = secrets["password"]'],
  ['a.py', 'wlan.connect(config.SSID, config.PASSWORD)'],
  ['a.py', 'wlan.connect(info["wlan_ssid"], info["wlan_password"])'],
  ['a.py', 'password = "{}-{}".format(name, number)'],
  ['a.py', 'password = f"{name}-shed"'],
  ['a.py', 'password = "shed-%s" % number'],
  ['a.py', 'MQTTClient("pico", "10.0.0.2", port=1883, user="", password="")'],
  ['.env', 'WIFI_PASSWORD=$OTHER'],
  ['config.yaml', 'password: !secret wifi_password'],
  ['config.yaml', `password: $${'{WIFI_PASSWORD}'}`],
  // Functions, comparisons, texts
  ['a.py', 'def connect(ssid, password):\n    """password: the one of the network"""'],
  ['a.py', 'def connect_wifi(ssid, password="password"):'],
  ['a.py', 'if password == "gr33nh0use":'],
  ['a.py', 'print("Password:", "not shown here")'],
  ['a.py', 'raise ValueError("password = \'gr33nh0use\'")'],
  ['a.py', '"""\nwlan.connect("Allotment", "rosebud1941")\n"""'],
  ['a.py', '# The password is kept in secrets.py'],
  ['a.py', 'PASSWORD_FILE = "/secrets/wifi.txt"'],
  ['a.py', 'PASSWORD_PROMPT = "Enter the password"'],
  ['a.py', 'compass = "north-east"'],
  ['a.py', 'bypass = "always-on1"'],
  ['a.py', 'errors = {"password": "The password is wrong"}'],
  ['a.py', 'fields = {"password": "text", "token": "string"}'],
  ['a.py', 'PASS = "PASS"; FAIL = "FAIL"'],
  ['a.py', 'token = "NUMBER"'],
  ['a.py', 'next_token = "a1b2c3d4e5f6a7b8"'],
  ['a.py', 'key = "temperature"; KEY_A = "left1"'],
  ['a.py', 'sorted(all, key="name1234")'],
  ['a.py', 'sock.connect(("10.0.0.2", 1883)); db.connect("shed", "readings1")'],
  ['a.py', 'URL = "https://example.org:8080/@shed"'],
  ['a.py', `if line == "${KEY_BEGINS}":`],
  ['config.json', '{"password": "", "token": null, "ssid": "Allotment"}'],
  ['config.json', '{"hostname": "shed-sensor-1", "mode": "station"}'],
  ['config.ini', 'password_length = 12'],
  ['notes.txt', 'Password: ask at the desk, it changes each week'],
  ['manual.md', 'wlan.connect("Allotment", "rosebud1941")'],
];

describe('The scan for secrets', () => {
  for (const [path, text, kind, line = 1] of FOUND) {
    it(`finds ${path}: ${text.slice(0, 60).replace(/\s+/g, ' ')}`, () => {
      assert.ok(mayHoldSecrets(path, text.length));
      assert.deepEqual(secretsIn(path, text), [{ path, line, kind }]);
    });
  }

  it('leaves alone what is no secret', () => {
    const alarms = LEFT_ALONE.flatMap(([path, text]) => (secretsIn(path, text).length > 0 ? [`${path}: ${text}`] : []));
    assert.deepEqual(alarms, []);
  });

  it('raises no alarm over the sources of MicroPython that the benches read, our own Python, and what npm brought', () => {
    const packages = readdirSync(join(SOURCES, 'node_modules'))
      .filter((name) => /^[^.]/.test(name))
      .slice(0, 150);
    const folders = ['test/bench/files', 'test/support', 'src', ...packages.map((name) => `node_modules/${name}`)];
    const files = folders.flatMap((folder) => textFilesIn(join(SOURCES, folder)));
    assert.ok(files.length > 500, `${files.length} files`);
    assert.deepEqual(
      files.flatMap((path) => secretsIn(path, readFileSync(path, 'utf8'))),
      [],
    );
  });

  it('says where, and never what', () => {
    const password = fc.stringMatching(/^[a-z]{4}[A-Z]{3}\d{4}$/).filter((text) => !/xxx/i.test(text));
    const blanks = fc.nat(30).map((count) => '\n'.repeat(count));
    fc.assert(
      fc.property(password, blanks, fc.constantFrom('"', "'"), (secret, above, quote) => {
        const hints = secretsIn('secrets.py', `${above}WIFI_PASSWORD = ${quote}${secret}${quote}\n`);
        assert.deepEqual(hints, [{ path: 'secrets.py', line: above.length + 1, kind: 'wifi' }]);
        assert.ok(!JSON.stringify(hints).includes(secret));
      }),
    );
  });

  it('takes any text, and never long, whatever somebody made it of', () => {
    const names = ['a.py', 'a.json', 'a.ini', 'a.pem'];
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.string({ unit: 'binary', maxLength: 400 }), (path, text) => {
        const lines = text.split('\n').length;
        for (const { line } of secretsIn(path, text)) assert.ok(line >= 1 && line <= lines);
      }),
    );
    const nasty = [
      'password=',
      '"',
      "'",
      '("',
      'a,',
      'wlan.connect(',
      '-----BEGIN PRIVATE KEY-----"',
      'eyJaaaaaaaaaaa.',
      '\\',
      '#',
      'a=',
      'networks={',
      'a:"b",',
    ];
    for (const piece of nasty)
      for (const path of names) secretsIn(path, piece.repeat(Math.floor(65_536 / piece.length)));
  });

  it('looks at small text files alone', () => {
    for (const path of ['photo.jpg', 'lib/a.mpy', 'log.bin', 'font.bdf']) assert.ok(!mayHoldSecrets(path, 100), path);
    for (const path of ['main.py', '.env', 'conf/wifi.json', 'wifi', 'settings.toml'])
      assert.ok(mayHoldSecrets(path, 100), path);
    assert.ok(!mayHoldSecrets('main.py', 65_537) && mayHoldSecrets('main.py', 65_536));
    assert.deepEqual(secretsIn('a.py', 'PASSWORD = "gr33nh0use"\0'), []);
  });
});

function textFilesIn(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.map((name) => join(folder, name)).filter((path) => mayHoldSecrets(path, sizeOf(path)));
}

function sizeOf(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false });
  return found?.isFile() ? found.size : 0;
}
