// Types of build.mjs for the TypeScript that imports it.

/** What Node is given to run a program of this repository (`cli/main.ts`); its own arguments come behind. */
export function programWords(file: string): string[]
