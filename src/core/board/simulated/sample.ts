// The project on a new simulated board: a small weather station, written as people write them. It runs on real boards too.

const main = `# Weather station: measures, shows a heartbeat, keeps a log.
import json
import time

import wifi
from sensor import Sensor
from store import Log

with open("config.json") as f:
    config = json.load(f)

try:
    from machine import Pin

    led = Pin(config["led_pin"], Pin.OUT)
except (ImportError, AttributeError):
    led = None  # no pins here: the heartbeat is only printed


def heartbeat(on):
    if led:
        led.value(on)


def run():
    sensor = Sensor(config["sensor"])
    log = Log("data/log.csv")
    wifi.connect(config["wifi"])
    count = 1
    while True:
        heartbeat(count % 2)
        if count % 10 == 1:
            temperature, humidity = sensor.read()
            print("#{}: {:.1f} C, {:.0f} %".format(count, temperature, humidity))
        if count % config["log_every"] == 0:
            log.append(count, temperature, humidity)
        count += 1
        time.sleep_ms(config["interval_ms"])


run()
`;

const boot = `# Runs first, after power-on and after every reset.
import gc

gc.collect()
print("Weather station starts")
`;

const wifi = `# Wi-Fi, where the board has it.
try:
    import network
except ImportError:
    network = None


def connect(settings, timeout_s=10):
    if network is None or not settings["ssid"]:
        print("wifi: off")
        return False
    import time

    wlan = network.WLAN(network.STA_IF)
    wlan.active(True)
    if not wlan.isconnected():
        wlan.connect(settings["ssid"], settings["password"])
        start = time.ticks_ms()
        while not wlan.isconnected():
            if time.ticks_diff(time.ticks_ms(), start) > timeout_s * 1000:
                print("wifi: no connection")
                return False
            time.sleep_ms(100)
    print("wifi:", wlan.ifconfig()[0])
    return True
`;

const sensor = `# Temperature and humidity. Without hardware it makes up a believable day.
import math
import time


class Sensor:
    def __init__(self, settings):
        self.offset = settings["offset"]
        self.period_s = settings["period_s"]

    def read(self):
        phase = 2 * math.pi * (time.ticks_ms() / 1000) / self.period_s
        temperature = 21 + 3 * math.sin(phase) + self.offset
        humidity = 45 - 8 * math.sin(phase)
        return temperature, humidity
`;

const store = `# A log that does not fill the flash.
import os


class Log:
    def __init__(self, path, limit=16384):
        self.path = path
        self.limit = limit

    def append(self, *values):
        try:
            if os.stat(self.path)[6] > self.limit:
                os.rename(self.path, self.path + ".old")
        except OSError:
            pass  # no log yet
        with open(self.path, "a") as f:
            f.write(",".join(str(value) for value in values) + "\\n")
`;

const page = `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>Weather station</title><link rel="stylesheet" href="style.css"></head>
  <body>
    <h1>Weather station</h1>
    <p><output id="temperature">–</output> °C, <output id="humidity">–</output> %</p>
  </body>
</html>
`;

const style = `body { font-family: sans-serif; margin: 2em; color: #223; }
output { font-size: 2em; font-weight: bold; }
`;

const readme = `Weather station
===============

main.py    measures and logs, for ever
lib/       wifi, sensor, store
config.json settings: pins, intervals, Wi-Fi
data/      the log
www/       the page that it will serve one day
`;

const config = {
  name: 'weather-1',
  led_pin: 25,
  interval_ms: 500,
  log_every: 120,
  sensor: { offset: -0.4, period_s: 600 },
  wifi: { ssid: '', password: '' },
};

const log = Array.from({ length: 120 }, (_, row) => {
  const phase = (2 * Math.PI * row) / 60;
  return `${row * 20},${(20.6 + 3 * Math.sin(phase)).toFixed(2)},${(45 - 8 * Math.sin(phase)).toFixed(1)}\n`;
}).join('');

/** A picture of 16 × 16 pixels in RGB565, two bytes each: what displays take. A sun on blue. */
const icon = Uint8Array.from({ length: 16 * 16 * 2 }, (_, at) => {
  const x = ((at >> 1) % 16) - 7.5;
  const y = (at >> 5) - 7.5;
  const colour = Math.hypot(x, y) < 5 ? 0xffe0 : 0x3d9f;
  return at % 2 === 0 ? colour >> 8 : colour & 0xff;
});

/** Contents by path. */
export const sampleProject: Readonly<Record<string, Uint8Array | string>> = {
  'boot.py': boot,
  'main.py': main,
  'config.json': `${JSON.stringify(config, undefined, 2)}\n`,
  'README.txt': readme,
  'lib/wifi.py': wifi,
  'lib/sensor.py': sensor,
  'lib/store.py': store,
  'data/log.csv': log,
  'assets/icon.bin': icon,
  'www/index.html': page,
  'www/style.css': style,
};
