import { dirname, join, resolve } from 'node:path';

/** What the client itself sends by these names: to log in, to say who it is. */
const OWN_COMMANDS = ['AUTH', 'CLIENT_SETNAME', 'READONLY'];

/**
 * The Redis client loads a module for each of Redis' 400 commands and makes methods of them, which takes 60 ms of every run
 * that asks a remote. We send commands as words (`sendCommand`), so that the bundle leaves those modules out.
 *
 * @type {import('esbuild').Plugin}
 */
export const fewRedisCommands = {
  name: 'few-redis-commands',
  setup(build) {
    build.onResolve({ filter: /^\..*\/commands$/ }, ({ path, resolveDir }) => {
      const folder = resolve(resolveDir, path);
      if (!folder.endsWith(join('@redis', 'client', 'dist', 'lib', 'commands'))) return undefined;
      return { path: 'commands', namespace: 'few-redis-commands', pluginData: dirname(folder) };
    });
    build.onLoad({ filter: /^commands$/, namespace: 'few-redis-commands' }, ({ pluginData }) => ({
      contents: `exports.__esModule = true; exports.NON_STICKY_COMMANDS = {}; exports.default = {
        ${OWN_COMMANDS.map((name) => `${name}: require('./commands/${name}').default`).join(',\n')} };`,
      resolveDir: pluginData,
    }));
  },
};
