// Somebody reads the reference and tries a call: the console sends it, and shows the answer. Nothing is asked for anywhere
// but at the server.

import { ask, equal, javascript, story } from './person.mjs'

await story(async (reader) => {
  const { page } = reader
  const token = await ask('API token')
  reader.parts.push('rapi-doc')
  await reader.open('/docs')
  if (!javascript) {
    // What stands there for those without scripts is not found by its words.
    const words = await page.locator('body').innerText()
    equal(words.includes('The console needs JavaScript'), true, 'what is said without scripts')
    return
  }
  await reader.sees('API reference', 'h1')
  const viewer = page.locator('rapi-doc')
  await viewer.getByText('/api/v1/stores').first().waitFor()
  for (const scheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme: scheme })
    await page.waitForFunction((wanted) => document.querySelector('rapi-doc').getAttribute('theme') === wanted, scheme)
  }

  // A token is given once, for all calls.
  await page.evaluate((given) => document.querySelector('rapi-doc').setApiKey('token', given), token)
  await page.evaluate(() => { location.hash = 'get-/api/v1/stores' })
  const operation = viewer.locator('[id="get-/api/v1/stores"]').first()
  await operation.getByRole('button', { name: 'JavaScript' }).waitFor()
  await operation.getByRole('button', { name: /^try$/i }).click()
  await operation.getByText('Alder & Finch Books').first().waitFor()
  if (process.env.SPECIE_SHOTS) await page.screenshot({ path: `${process.env.SPECIE_SHOTS}/docs.png` })

  // Somebody without a mouse comes into it.
  await page.keyboard.press('Tab')
  equal(await page.evaluate(() => document.activeElement !== document.body), true, 'the keyboard')
})
