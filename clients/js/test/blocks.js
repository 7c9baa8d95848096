/**
 * The examples of the README, each a module of its own. Run as a program, it writes them where the compiler looks.
 *
 * @module
 */

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** @param {string} language @returns {string[]} what is in the README's blocks of a language, in order */
export function blocks(language) {
  const text = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].filter(([, name]) => name === language).map(([, , block]) => block)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = new URL('../.readme/', import.meta.url)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  blocks('js').forEach((block, n) => writeFileSync(new URL(`${n}.js`, folder), block))
}
