/** The lines of a YAML file that say something. */
export function jobLines(text) {
  const lines = text.split('\n').map((line, i) => ({ line: line.trimEnd(), number: i + 1 }));
  return lines.filter(({ line }) => line !== '' && !line.trimStart().startsWith('#'));
}

export function refuseLine(path, number, line) {
  throw new Error(`${path}:${number}: a line that the runner of the examples does not know: ${line.trim()}`);
}

/** From the internet; here, mypy and cleanmiss are there already. */
export function isFetched(command) {
  return command === 'npm ci' || command === 'pip install -r requirements.txt';
}
