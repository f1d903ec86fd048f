/* The look in one place: one accent (deep teal), Be Vietnam Pro, and contrasts that hold in light and dark. Mantine's own
 * defaults for dimmed text, placeholders, borders and errors miss WCAG AA, so they are replaced here.
 *
 * Imported twice: by the page, and by tools/mantineVariables.ts, which turns it into a static style sheet at build time, so
 * that the page never adds a <style> element (the server's Content-Security-Policy forbids it). */

import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

const teal: MantineColorsTuple = [
  '#e8f5f5', '#cde7e8', '#9ed0d2', '#6cb6b9', '#459fa3', '#2b8d92', '#137a80', '#0d6b70', '#0b5d61', '#074347',
];
const amber: MantineColorsTuple = [
  '#fff6e0', '#ffeabf', '#fcd88a', '#f7c24d', '#eeae22', '#d99a0b', '#b97f00', '#8f6100', '#6f4b00', '#4a3200',
];
const red: MantineColorsTuple = [
  '#fdecea', '#fad2cd', '#f4a9a1', '#ee8277', '#e4604f', '#d34434', '#b92d1f', '#9c2217', '#7d1a11', '#5a120b',
];
const green: MantineColorsTuple = [
  '#e7f6ec', '#cbead5', '#9ad6ae', '#69bf86', '#43a966', '#2b9350', '#1c7a3f', '#146432', '#0e4f27', '#08361a',
];
const blue: MantineColorsTuple = [
  '#e8f1fb', '#cbdff6', '#9cc3ed', '#6fa7e3', '#4a8dd8', '#3076c4', '#2261a8', '#1b4f8a', '#153f6f', '#0d2a4c',
];

export const theme = createTheme({
  colors: { teal, amber, red, green, blue },
  primaryColor: 'teal',
  primaryShade: { light: 8, dark: 6 },
  fontFamily: "'Be Vietnam Pro', system-ui, sans-serif",
  headings: { fontFamily: "'Be Vietnam Pro', system-ui, sans-serif", fontWeight: '600' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  components: { Checkbox: { defaultProps: { radius: 'sm', size: 'md' } } },
});

/* Only these palettes reach the style sheet. */
export const KEPT_COLORS = ['teal', 'amber', 'red', 'green', 'blue', 'gray', 'dark'];

export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: { '--mantine-line-height': '1.5' },
  light: {
    '--mantine-color-body': '#f6f7f6',
    '--mantine-color-text': '#1b2021',
    '--mantine-color-dimmed': '#515b5d',
    '--mantine-color-placeholder': '#646e70',
    '--mantine-color-error': '#9c2217',
    '--mantine-color-default-border': '#838d8f',
    '--an-card': '#ffffff',
    '--an-line': '#d9dedd',
    '--an-accent': '#0b5d61',
    '--an-accent-soft': '#e8f5f5',
    '--an-warn-bg': '#fff6e0',
    '--an-warn-ink': '#6f4b00',
    '--an-warn-line': '#b97f00',
    '--an-bad-bg': '#fdecea',
    '--an-bad-ink': '#7d1a11',
    '--an-bad-line': '#b92d1f',
    '--an-good-bg': '#e7f6ec',
    '--an-good-ink': '#0e4f27',
    '--an-good-line': '#1c7a3f',
    '--an-info-bg': '#e8f1fb',
    '--an-info-ink': '#153f6f',
    '--an-info-line': '#2261a8',
    '--an-series-1': '#0b5d61',
    '--an-series-2': '#8f3f71',
  },
  dark: {
    '--mantine-color-body': '#131717',
    '--mantine-color-text': '#e6ebea',
    '--mantine-color-dimmed': '#aeb8b7',
    '--mantine-color-placeholder': '#98a3a2',
    '--mantine-color-error': '#f4a9a1',
    '--mantine-color-default-border': '#7d8887',
    '--an-card': '#1c2222',
    '--an-line': '#343d3d',
    '--an-accent': '#6cb6b9',
    '--an-accent-soft': '#17302f',
    '--an-warn-bg': '#33270b',
    '--an-warn-ink': '#fcd88a',
    '--an-warn-line': '#d99a0b',
    '--an-bad-bg': '#3a1815',
    '--an-bad-ink': '#f9c4bd',
    '--an-bad-line': '#e4604f',
    '--an-good-bg': '#112d1b',
    '--an-good-ink': '#b0e2c0',
    '--an-good-line': '#43a966',
    '--an-info-bg': '#13263c',
    '--an-info-ink': '#b5d3f3',
    '--an-info-line': '#4a8dd8',
    '--an-series-1': '#6cb6b9',
    '--an-series-2': '#e39ac6',
  },
});
