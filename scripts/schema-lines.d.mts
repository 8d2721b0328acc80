export function kindOf(name: string): string
export function withLine(name: string, text: string, schemas: string): string
export function wrongFiles(folder: string): { file: string; text: string; right: string }[]
export function shippedFolders(): string[]
