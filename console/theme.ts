import {
  Alert,
  createTheme,
  localStorageColorSchemeManager,
  type CSSVariablesResolver,
  type MantineColorsTuple,
} from '@mantine/core';
import { words } from './words.js';

/* Colour, type and space, for light and dark. Every colour of text stands at 4.5:1 or more against what is behind it. */

const accent: MantineColorsTuple = [
  '#eff3fd',
  '#dce5fa',
  '#bccbf5',
  '#9ab0ee',
  '#7f9ae9',
  '#6483e2',
  '#4a6edb',
  '#3a60d0',
  '#2f55c0',
  '#24449e',
];

const dark: MantineColorsTuple = [
  '#e8eaed',
  '#c9cdd3',
  '#9ea4ae',
  '#7d838d',
  '#3a3d44',
  '#2f3238',
  '#26282d',
  '#1b1d21',
  '#121316',
  '#0c0d0f',
];

/** The head of a dialog is no second head of the page. */
const dialog = { attributes: { header: { role: 'presentation' } } };

export const theme = createTheme({
  colors: { accent, dark },
  primaryColor: 'accent',
  primaryShade: 8,
  autoContrast: true,
  luminanceThreshold: 0.18,
  fontFamily: "'Inter Variable', system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', 'Cascadia Code', Menlo, monospace",
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  lineHeights: { xs: '1.4', sm: '1.5', md: '1.55', lg: '1.5', xl: '1.4' },
  defaultRadius: 'md',
  radius: { xs: '4px', sm: '6px', md: '8px', lg: '12px', xl: '16px' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.375rem', lineHeight: '1.3' },
      h2: { fontSize: '1rem', lineHeight: '1.4' },
      h3: { fontSize: '0.875rem', lineHeight: '1.45' },
    },
  },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Alert: Alert.extend({
      vars: (_theme, { color }) => ({
        root: {
          '--alert-bg': 'var(--surface-quiet)',
          '--alert-bd': `1px solid ${color === 'red' ? 'var(--bad-fill)' : 'var(--line)'}`,
          '--alert-color': color === 'red' ? 'var(--bad)' : 'var(--mantine-color-text)',
        },
      }),
    }),
    Button: { defaultProps: { size: 'sm' } },
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': words.settings.close } } },
    TextInput: { defaultProps: { size: 'sm' } },
    Tooltip: {
      defaultProps: { withArrow: true, multiline: true, maw: 320, events: { hover: true, focus: true, touch: true } },
    },
    Menu: { defaultProps: { shadow: 'md', position: 'bottom-end' } },
    Drawer: { defaultProps: { ...dialog } },
    Modal: {
      defaultProps: { ...dialog, centered: true, radius: 'lg', overlayProps: { backgroundOpacity: 0.4, blur: 2 } },
    },
  },
});

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#ffffff',
    '--mantine-color-text': '#1a1d23',
    '--mantine-color-dimmed': '#5b626e',
    '--mantine-color-placeholder': '#6a7180',
    '--mantine-color-error': '#b3261e',
    '--mantine-color-default-border': '#d9dce2',
    '--mantine-color-anchor': '#2f55c0',
    '--rail': '#f7f8f9',
    '--surface': '#ffffff',
    '--surface-quiet': '#f7f8f9',
    '--hover': '#f1f2f5',
    '--line': '#e6e8ec',
    '--selected': '#e9ecf3',
    '--good': '#18794e',
    '--good-fill': '#30a46c',
    '--busy': '#2f55c0',
    '--busy-fill': '#6483e2',
    '--late': '#96580a',
    '--late-fill': '#e5a000',
    '--bad': '#b3261e',
    '--bad-fill': '#dc4c43',
    '--calm': '#5b626e',
    '--calm-fill': '#b4bac4',
  },
  dark: {
    '--mantine-color-body': '#121316',
    '--mantine-color-text': '#e8eaed',
    '--mantine-color-dimmed': '#9ea4ae',
    '--mantine-color-placeholder': '#8f959f',
    '--mantine-color-error': '#ff8f86',
    '--mantine-color-default-border': '#34373e',
    '--mantine-color-anchor': '#9ab0ee',
    '--rail': '#0d0e10',
    '--surface': '#17181b',
    '--surface-quiet': '#191b1e',
    '--hover': '#1f2125',
    '--line': '#26282d',
    '--selected': '#25282f',
    '--good': '#5bc494',
    '--good-fill': '#2f9e69',
    '--busy': '#9ab0ee',
    '--busy-fill': '#5677df',
    '--late': '#e9b44c',
    '--late-fill': '#c98f17',
    '--bad': '#ff8f86',
    '--bad-fill': '#d9534a',
    '--calm': '#9ea4ae',
    '--calm-fill': '#4d525b',
  },
});

/** Where `public/scheme.js` reads it too. */
export const colorSchemeManager = localStorageColorSchemeManager({ key: 'color-scheme' });
