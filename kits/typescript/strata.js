// Serves the layers of a directory: node strata.js workshop. It is JavaScript, so that a Node that is too old can say so.
if (!process.features.typescript) {
  console.error(`the kit needs Node 22.18 or later, which runs TypeScript as it is; this is Node ${process.version}`);
  process.exit(1);
}
const [, , directory] = process.argv;
if (!directory) {
  console.error("name the directory of the layers, as in: node strata.js workshop");
  process.exit(1);
}
const { serve } = await import("./strata_kit/index.ts");
serve(await import(`./${directory}/index.ts`));
