import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

// One script and one style sheet with fixed names: they are committed and inlined into every report.
export default defineConfig({
  plugins: [svelte({ emitCss: true })],
  build: {
    outDir: "../src/foedus/report/static",
    emptyOutDir: true,
    target: "es2022",
    cssCodeSplit: false,
    lib: { entry: "src/main.ts", formats: ["iife"], name: "FoedusReport", fileName: () => "app.js" },
    rollupOptions: { output: { assetFileNames: "app.[ext]" } },
  },
});
