/** @returns the text of a pmp-pd.yaml */
export function answersFor(engineers: number, more?: string): string;
