// The platforms that VS Code runs on, and the native part of serialport that each of them loads (`prebuilds/`, from the build).

/**
 * By the names that VS Code has for them. Alpine has another C library than all other Linux. A Mac has one file for both processors.
 *
 * @type {Record<string, string>}
 */
export const prebuildOf = {
  'win32-x64': 'prebuilds/win32-x64/@serialport+bindings-cpp.node',
  'win32-arm64': 'prebuilds/win32-arm64/@serialport+bindings-cpp.armv8.node',
  'linux-x64': 'prebuilds/linux-x64/@serialport+bindings-cpp.glibc.node',
  'linux-arm64': 'prebuilds/linux-arm64/@serialport+bindings-cpp.armv8.glibc.node',
  'linux-armhf': 'prebuilds/linux-arm/@serialport+bindings-cpp.glibc.node',
  'alpine-x64': 'prebuilds/linux-x64/@serialport+bindings-cpp.musl.node',
  'alpine-arm64': 'prebuilds/linux-arm64/@serialport+bindings-cpp.armv8.musl.node',
  'darwin-x64': 'prebuilds/darwin-x64+arm64/@serialport+bindings-cpp.node',
  'darwin-arm64': 'prebuilds/darwin-x64+arm64/@serialport+bindings-cpp.node',
};

export const platforms = Object.keys(prebuildOf);
