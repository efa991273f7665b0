import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { count, writeProject } from '../support/index.js';
import { describeProfile } from '../support/profile-suite.js';
import { writeTsconfig } from '../support/typescript-project.js';

const components = 210;

// Components that use each other in their templates: what one takes decides on whether the next one is right.
const project = {
  writeProject(directory: string) {
    writeProject(directory, {
      'package.json': '{ "name": "project", "type": "module" }\n',
      'src/main.ts': `import First from './Part${String(components - 1)}.vue';\nexport default First;\n`,
      'src/Part0.vue':
        '<script setup lang="ts">\ndefineProps<{ count: number }>();\n</script>\n\n<template>\n  <p>{{ count.toFixed(1) }}</p>\n</template>\n',
    });
    for (let i = 1; i < components; i++)
      writeProject(directory, { [`src/Part${String(i)}.vue`]: partOn(i - 1) });
    writeTsconfig(directory, { noEmit: true });
  },
  command: ['node_modules/.bin/vue-tsc'],
  tools: [
    { name: 'vue-tsc 3.3', set: 'vue-tsc' },
    { name: 'vue-tsc 2.2', set: 'vue-tsc-2' },
  ],
};

// With the full counts alone: in npm test, the command of its page is run, and tsc stands for the rest.
if (count({ full: 1, quick: 0 }) > 0) {
  describeProfile('vue-tsc, of which a script changes', {
    ...project,
    change(directory) {
      edit(join(directory, 'src/Part0.vue'), 'count: number', 'count: Date');
    },
    declined: [{ args: ['--noEmit', 'false', '--outDir', 'dist'], why: /writes files/ }],
  });

  describeProfile('vue-tsc, of which a template changes', {
    ...project,
    change(directory) {
      edit(join(directory, 'src/Part2.vue'), ':count="own"', ':count="String(own)"');
    },
    declined: [],
  });
}

function partOn(other: number): string {
  return `<script setup lang="ts">
import Other from './Part${String(other)}.vue';
const props = defineProps<{ count: number }>();
const own = props.count + 1;
</script>

<template>
  <Other :count="own" />
</template>
`;
}

function edit(path: string, from: string, to: string): void {
  writeFileSync(path, readFileSync(path, 'utf8').replace(from, to));
}
