// Serves the layers of a directory. It is no TypeScript, so that an old Node can say what is wrong.
if (!process.features.typescript) {
  console.error(`the kit needs Node 22.18 or later, and this is Node ${process.version}`);
  process.exit(1);
}
const [, , directory = "workshop"] = process.argv;
const { serve } = await import("./strata_kit/index.ts");
serve(await import(`./${directory}/index.ts`));
