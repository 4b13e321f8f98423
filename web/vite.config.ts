import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// base './' lets the built app run under any path prefix; the names of the
// output files depend on their content alone, so equal sources give equal bytes.
// The review that `npm run dev` talks to.
const address = process.env.ERRATA_URL;
const review = address ? new URL(address) : undefined;

export default defineConfig({
  base: './',
  plugins: [react()],
  build: {
    target: ['chrome125', 'firefox128', 'safari17.5'],
    assetsInlineLimit: 0,
    sourcemap: false,
    license: { fileName: 'licenses.md' },
    reportCompressedSize: true,
  },
  server: {
    proxy: review
      ? {
          '/api': {
            target: review.origin,
            headers: { Authorization: `Bearer ${review.searchParams.get('token') ?? ''}` },
          },
        }
      : {},
  },
});
