/**
 * The examples of the README.
 *
 * @module
 */

import { readFileSync } from 'node:fs'

/** @param {string} language @returns {string[]} what is in the README's blocks of a language, in order */
export function blocks(language) {
  const text = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].filter(([, name]) => name === language).map(([, , block]) => block)
}
