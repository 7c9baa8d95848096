// Before the reference's viewer starts: the console asks the server that the page came from, and the page is light or dark
// as the reader's system is.

const viewer = document.querySelector('rapi-doc')
viewer.setAttribute('server-url', location.origin)
viewer.setAttribute('default-api-server', location.origin)

const dark = matchMedia('(prefers-color-scheme: dark)')
const colours = {
  light: { 'primary-color': '#0b6a4e', 'bg-color': '#fcfdfc', 'text-color': '#13201a', 'nav-bg-color': '#edf1ee', 'nav-text-color': '#13201a' },
  dark: { 'primary-color': '#63d4a8', 'bg-color': '#131b18', 'text-color': '#e6eee9', 'nav-bg-color': '#0b110f', 'nav-text-color': '#e6eee9' },
}
const paint = () => {
  const theme = dark.matches ? 'dark' : 'light'
  viewer.setAttribute('theme', theme)
  for (const [name, colour] of Object.entries(colours[theme])) viewer.setAttribute(name, colour)
}
dark.addEventListener('change', paint)
paint()
