import { defineConfig } from 'vite';

// `dotnet build` sets PUSHAPP_SITE: the folder beside the built assembly from which the site is served.
export default defineConfig({
  build: {
    outDir: process.env['PUSHAPP_SITE'] ?? 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // The content security policy allows no inline code and no data: scripts, so nothing is inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: {
      '/api': 'http://localhost:5080',
      '/sse': 'http://localhost:5080',
      '/socket.io': { target: 'http://localhost:5080', ws: true },
    },
  },
});
