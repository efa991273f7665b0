import { findProgram } from './find-program.mjs';
import { capture } from './run-command.mjs';
import { say } from './say.mjs';

// Another apt may be at work on a machine that has just started.
const WAIT_FOR_LOCK = ['-o', 'DPkg::Lock::Timeout=120'];

/**
 * Installs Debian packages for the whole machine.
 *
 * @param {readonly string[]} packages
 * @returns {string | undefined} undefined when they are installed, else why not
 */
export function aptInstall(packages) {
  say(`apt-get install ${packages.join(' ')} (may take a minute)`);
  const failure = aptGet(['install', '-y', '--no-install-recommends', ...packages], asRoot());
  return failure && `${failure}\nTo install it by hand: sudo apt-get install ${packages.join(' ')}`;
}

/**
 * Ends a service that an installation has started, as Debian's do. Where it cannot be ended it does no harm.
 *
 * @param {string} service
 */
export function stopService(service) {
  const [command = '', ...rest] = [...asRoot(), 'service', service, 'stop'];
  capture(command, rest);
}

/**
 * Downloads Debian packages without installing them; needs no root where apt's lists are there already.
 *
 * @param {readonly string[]} packages
 * @param {string} folder
 * @returns {string | undefined} undefined when they are all in the folder, else why not
 */
export function aptDownload(packages, folder) {
  return aptGet(['download', ...packages], [], folder);
}

/**
 * @param {readonly string[]} args
 * @param {readonly string[]} prefix
 * @param {string} [cwd]
 */
function aptGet(args, prefix, cwd) {
  if (findProgram('apt-get') === undefined) return 'there is no apt-get on this machine';
  const first = runApt(args, prefix, cwd);
  if (first.ok) return undefined;
  // A fresh machine has no package lists, an old one has lists of packages that are gone.
  say('apt-get update');
  const update = runApt(['update'], asRoot());
  if (!update.ok) return `${first.why}\n${update.why}`;
  const second = runApt(args, prefix, cwd);
  return second.ok ? undefined : second.why;
}

/**
 * @param {readonly string[]} args
 * @param {readonly string[]} prefix
 * @param {string} [cwd]
 */
function runApt(args, prefix, cwd) {
  const [command = '', ...rest] = [...prefix, 'apt-get', ...WAIT_FOR_LOCK, ...args];
  return capture(command, rest, { cwd, env: { DEBIAN_FRONTEND: 'noninteractive' } });
}

/** `sudo -n` fails at once, with its own words, where it would have to ask for a password. */
function asRoot() {
  return process.getuid?.() === 0 ? [] : ['sudo', '-n'];
}
